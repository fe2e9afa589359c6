# The options that every process of hd has: programs beside its own, and what else stands on its command line.
{ lib }:
let
  inherit (lib) literalExpression mkOption;
  inherit (lib.types) bool either listOf package str;
in
{
  path = description: example: mkOption {
    type = listOf (either package str);
    default = [ ];
    inherit description;
    example = literalExpression example;
  };
  debug = mkOption {
    type = bool;
    default = false;
    description = "Log more.";
    example = true;
  };
  extraArgs = command: example: mkOption {
    type = listOf str;
    default = [ ];
    description = "More words for the command line of `hd ${command}`.";
    inherit example;
  };
}
