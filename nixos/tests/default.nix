# The tests in virtual machines, as checks of the flake: each file is one, and a fleet of its own.
{
  lib,
  pkgs,
  module,
}:
let
  fleet = import ./fleet.nix { inherit lib pkgs module; };
  files = {
    vm-actions = ./actions.nix;
    vm-away = ./away.nix;
    vm-permissions = ./permissions.nix;
    vm-rollback = ./rollback.nix;
    vm-self-upgrade = ./self-upgrade.nix;
    vm-server-reboot = ./server-reboot.nix;
  };
  given = { inherit lib pkgs; };
in
lib.mapAttrs (
  name: file:
  let
    scenario = import file;
  in
  pkgs.testers.runNixOSTest (
    fleet ({ inherit name; } // scenario (builtins.intersectAttrs (builtins.functionArgs scenario) given))
  )
) files
