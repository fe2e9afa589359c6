# The module in a whole NixOS: its real options, its real assertions, and the text of the units as systemd will read it.
# Nothing is started; the virtual machines do that. The machines are those of the documentation and of the snapshots.
{
  lib,
  pkgs,
  system,
  module,
}:
let
  machines = lib.genAttrs [
    "host"
    "server"
    "builder"
    "everything"
  ] (name: ../../tests/nixos/machines + "/${name}.nix");

  unitsOf =
    machine:
    let
      inherit
        (lib.nixosSystem {
          inherit system;
          modules = [
            module
            machine
            {
              boot.isContainer = true;
              networking.hostName = "web1";
              system.stateVersion = lib.trivial.release;
            }
          ];
        })
        config
        ;
      ours = lib.filterAttrs (name: _: lib.hasPrefix "homelab-deploy" name) config.systemd.units;
    in
    # Only who asks for the system hears of its assertions.
    builtins.seq config.system.build.toplevel.drvPath (
      lib.concatStrings (lib.mapAttrsToList (name: unit: "# ${name}\n${unit.text}\n") ours)
    );
in
pkgs.writeText "homelab-deploy-units" (
  lib.concatStrings (lib.mapAttrsToList (name: machine: "## ${name}\n\n${unitsOf machine}") machines)
)
