# The module in a whole NixOS: its real options, its real assertions, and the text of the units as systemd will read it.
# Nothing is started; the virtual machines do that.
{
  lib,
  pkgs,
  system,
  module,
}:
let
  inherit
    (lib.nixosSystem {
      inherit system;
      modules = [
        module
        {
          boot.isContainer = true;
          networking.hostName = "web1";
          system.stateVersion = lib.trivial.release;
          services.homelab-deploy.listener = {
            enable = true;
            tier = "prod";
            roles = [ "web" ];
            natsUrl = "nats://nats.example.org";
            nkeyFile = "/run/keys/web1.nk";
            flakeUrl = "git+https://git.example.org/nixos";
          };
        }
      ];
    })
    config
    ;
  # Asking for the system makes the assertions count, which a look at a unit does not.
  units = lib.filterAttrs (name: _: lib.hasPrefix "homelab-deploy" name) config.systemd.units;
in
builtins.seq config.system.build.toplevel.drvPath (
  pkgs.writeText "homelab-deploy-units" (
    lib.concatStrings (lib.mapAttrsToList (name: unit: "# ${name}\n${unit.text}\n") units)
  )
)
