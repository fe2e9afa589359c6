# The unit of the listener. It never runs Nix: each job is a unit of its own, which systemd starts, so nothing of the sandbox
# here applies to a deployment. What jobs need of the machine (programs, variables) they get from here all the same.
{ config, lib, pkgs, ... }:
let
  cfg = config.services.homelab-deploy.listener;
  at = "services.homelab-deploy.listener";
  types = import ./types.nix { inherit lib; };
  command = import ./command.nix { inherit lib; };
  access = import ./access.nix { inherit lib types command; };
  metrics = import ./metrics.nix { inherit lib types; };
  service = import ./service.nix { inherit lib; };
  stateDir = "/var/lib/homelab-deploy";

  healthChecks = lib.mapAttrsToList
    (name: check: { inherit name; } // lib.filterAttrs (_: value: value != null) check)
    cfg.healthChecks;
  checksFile = if healthChecks == [ ] then null else
    pkgs.writeText "homelab-deploy-health-checks.json" (builtins.toJSON healthChecks);

  words = command.options [
    { long = "hostname"; value = cfg.hostname; }
    { long = "tier"; value = cfg.tier; }
    { long = "role"; value = cfg.roles; }
    { long = "flake-url"; value = cfg.flakeUrl; }
    { long = "trusted-keys"; value = command.publicFile pkgs cfg.trustedKeys; }
    { long = "health-checks"; value = checksFile; }
    { long = "no-rollback"; value = !cfg.rollback; }
    { long = "frozen"; value = cfg.freeze; }
    { long = "timeout"; value = cfg.timeout; }
    { long = "resolve-timeout"; value = cfg.resolveTimeout; }
    { long = "build-timeout"; value = cfg.buildTimeout; }
    { long = "activate-timeout"; value = cfg.activateTimeout; }
    { long = "verify-timeout"; value = cfg.verifyTimeout; }
    { long = "confirm-timeout"; value = cfg.confirmTimeout; }
    { long = "queue-timeout"; value = cfg.queueTimeout; }
    { long = "heartbeat-interval"; value = cfg.heartbeatInterval; }
    { long = "presence-interval"; value = cfg.presenceInterval; }
    { long = "deploy-subject"; value = cfg.deploySubjects; }
    { long = "discover-subject"; value = cfg.discoverSubject; }
    { long = "state-dir"; value = stateDir; }
    { long = "metrics"; value = metrics.given cfg.metrics; }
    { long = "debug"; value = cfg.debug; }
  ] ++ access.words pkgs cfg ++ map command.word cfg.extraArgs;

  # Jobs read these files themselves, outside of the sandbox.
  forGit = (import ./git.nix { inherit lib access; }).environment { inherit (cfg) sshKeyFile gitCredentialsFile; };
in
{
  config = lib.mkIf cfg.enable {
    assertions = access.assertions at cfg
      ++ access.secretAssertions at { inherit (cfg) sshKeyFile gitCredentialsFile; }
      ++ import ./listener-assertions.nix { inherit lib types at cfg; };

    networking.firewall.allowedTCPPorts = metrics.ports cfg.metrics;

    systemd.services.homelab-deploy-listener = service.unit // {
      description = "hd listener: deployments of this host";
      # What fits the running system: its own Nix, nixos-rebuild, ssh and systemd. git and the rest come with the module.
      path = [
        config.nix.package
        config.system.build.nixos-rebuild
        pkgs.gitMinimal
        config.programs.ssh.package
        config.systemd.package
        pkgs.coreutils
      ] ++ cfg.path;
      # Jobs have root's own home; the listener's is where it may write.
      environment = { HOME = stateDir; } // forGit // cfg.environment;
      # A deployment that changes this unit restarts it once, at the end, and not before the activation.
      stopIfChanged = false;
      serviceConfig = service.serviceConfig {
        exec = command.line config.services.homelab-deploy.package ([ "listener" ] ++ words);
        credentials = access.credentialsOf cfg;
        own = {
          # Only the listener is told to end; what it started ends with it, and jobs are none of it.
          KillMode = "mixed";
          TimeoutStopSec = 30;
          StateDirectory = "homelab-deploy";
          StateDirectoryMode = "0700";
          WorkingDirectory = stateDir;
          # User stays root: systemd starts units for root alone, unless a polkit rule lets everyone with a name do so. Whoever may
          # start units is root in any case.
        };
      };
    };
  };
}
