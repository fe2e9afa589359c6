# The NixOS module of hd: services.homelab-deploy, one part for each process. A machine turns on what it runs: every host a
# listener, one machine the server, and wherever you like the alerter, the builder and the MCP server.
{ config, lib, pkgs, ... }:
let
  inherit (config.services) homelab-deploy;
  parts = [ "listener" "alerter" "builder" "mcp" "server" ];
in
{
  imports = [
    ./renamed.nix
    ./listener-options.nix
    ./listener.nix
    ./alerter.nix
    ./builder-options.nix
    ./builder.nix
    ./mcp.nix
    ./server.nix
  ];

  options.services.homelab-deploy.package = lib.mkOption {
    type = lib.types.package;
    default = pkgs.homelab-deploy;
    defaultText = lib.literalExpression "pkgs.homelab-deploy";
    description = "The package of hd. The flake's module sets its own.";
    example = lib.literalExpression "inputs.homelab-deploy.packages.\${pkgs.system}.default";
  };

  # For `hd` at the prompt of the machine: what its units run is what its people have.
  config.environment.systemPackages = lib.mkIf
    (lib.any (part: homelab-deploy.${part}.enable or false) parts)
    [ homelab-deploy.package ];
}
