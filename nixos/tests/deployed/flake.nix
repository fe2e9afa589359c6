{
  # STAND-IN for a fleet's flake, for tests only. Each host's system is a copy of one that is in the store already, with its
  # own name for itself, as if it had been built here: nothing has to be downloaded for it. ./systems.json names them.
  outputs =
    { self }:
    let
      inherit (builtins)
        appendContext
        concatStringsSep
        fromJSON
        mapAttrs
        readFile
        ;
      systems = fromJSON (readFile ./systems.json);
      # A path that is in the store, made a dependency: an evaluation of a flake knows no other paths than its own.
      stored = path: appendContext path { ${path}.path = true; };

      build =
        name: original: script:
        derivation {
          inherit name;
          system = "x86_64-linux";
          builder = "${stored (builtins.head systems.tools)}/bin/bash";
          PATH = concatStringsSep ":" (map (tool: "${stored tool}/bin") systems.tools);
          original = stored original;
          args = [
            "-euc"
            script
          ];
        };
      # `exit`, because bash would become the last command, and one of coreutils closes its output a moment before it ends:
      # Nix may kill it in that moment, and then says that the build failed.
      copy = ''
        cp -a "$original" "$out"
        chmod -R u+w "$out"
        find "$out" -type f -exec sed -i "s|$original|$out|g" {} +
        exit
      '';
      link = ''
        ln -s "$original" "$out"
        exit
      '';
    in
    {
      nixosConfigurations = mapAttrs (host: paths: {
        config.system.build = {
          toplevel = build "nixos-system-${host}" paths.toplevel copy;
          nixos-rebuild = build "nixos-rebuild" paths.nixos-rebuild link;
        };
      }) systems.hosts;
    };
}
