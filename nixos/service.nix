# What all services of hd have in common as units: they tell systemd when they serve and that they live, and are restarted.
{ lib }:
let
  hardening = import ./hardening.nix;
in
{
  # `own`: what the service has beside it, or relaxes.
  serviceConfig = { exec, credentials, own }: hardening // {
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

  unit = {
    wantedBy = [ "multi-user.target" ];
    # Not network-online.target: whoever cannot reach NATS yet waits for it, and the boot does not wait for both.
    after = [ "network.target" ];
    # A service that cannot start now may be able to in an hour, and nobody may be there to start it.
    unitConfig.StartLimitIntervalSec = 0;
  };
}
