# Command lines of units. systemd reads `%` and `$` in them, and splits at blanks, so every value goes through `word`; only what
# is meant for systemd itself, such as %d, is written as it is.
{ lib }:
rec {
  word = value:
    let text = builtins.replaceStrings [ "%" "$" ] [ "%%" "$$" ] (toString value);
    in if builtins.match "[A-Za-z0-9_./:=@,+%$-]+" text != null then text else builtins.toJSON text;

  # `--long value` for a value, once for each of a list, `--long` alone for true, and nothing for null or false.
  option = long: value:
    if value == null || value == false then [ ]
    else if value == true then [ "--${long}" ]
    else if builtins.isList value then lib.concatMap (option long) value
    else [ "--${long}" (word value) ];

  options = lib.concatMap ({ long, value }: option long value);

  # A file that anyone may read: a path literal becomes part of the system, a string is where it stands.
  publicFile = pkgs: file:
    if builtins.isPath file then pkgs.writeText (baseNameOf file) (builtins.readFile file) else file;

  line = package: words: lib.concatStringsSep " " ([ (lib.getExe' package "hd") ] ++ words);
}
