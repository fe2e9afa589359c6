# Where a service shows its metrics to Prometheus; the same three options for each.
{ lib, types }:
let
  inherit (lib) mkEnableOption mkOption;
in
{
  options = address: {
    enable = mkEnableOption "metrics for Prometheus" // { example = true; };
    address = mkOption {
      type = types.address;
      default = address;
      description = "Where they are shown. Nothing is encrypted, and nobody is asked who they are.";
      example = "0.0.0.0:${toString (types.portOf address)}";
    };
    openFirewall = mkOption {
      type = lib.types.bool;
      default = false;
      description = "Let other machines reach the port of `address`, which is of use only where that is not 127.0.0.1.";
      example = true;
    };
  };

  given = { enable, address, ... }: if enable then address else null;
  ports = { enable, address, openFirewall }: lib.optional (enable && openFirewall) (types.portOf address);
}
