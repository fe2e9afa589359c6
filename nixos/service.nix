# What all services of hd have in common as units: they tell systemd when they serve and that they live, and are restarted.
{ lib }:
let
  hardening = import ./hardening.nix;
in
rec {
  # `own`: what the service has beside it, or relaxes.
  serviceConfig = { exec, credentials, own ? { } }: hardening // {
    Type = "notify";
    # systemd-notify is a child of the service, because Node has no datagrams to a Unix socket.
    NotifyAccess = "all";
    WatchdogSec = 180;
    # Not ABRT: a dump of the process would have its key in it.
    WatchdogSignal = "SIGKILL";
    ExecStart = exec;
    LoadCredential = credentials;
    Restart = "always";
    RestartSec = 2;
  } // own;

  # For a service that neither starts units nor keeps files: a user that is there while it runs.
  unprivileged = {
    DynamicUser = true;
    PrivateUsers = true;
  };

  # What a start that fails now is worth: it may work in an hour, and nobody may be there to try it.
  patient.StartLimitIntervalSec = 0;

  unit = {
    wantedBy = [ "multi-user.target" ];
    # Not network-online.target: whoever cannot reach NATS yet waits for it, and the boot need not wait for both.
    after = [ "network.target" ];
    unitConfig = patient;
  };

  # A folder of a fleet without its keys: only what stands in the open, copied file by file. hd reads it where a command takes
  # --fleet. `pkgs` makes it, so that it is there on the machine.
  publicFleet = { pkgs, folder }: pkgs.linkFarm "homelab-deploy-fleet" (lib.concatMap
    (name: lib.optional (builtins.pathExists (folder + "/${name}")) {
      inherit name;
      path = pkgs.writeText name (builtins.readFile (folder + "/${name}"));
    })
    [ "hd.toml" "public-keys.json" ]);
}
