# The builder: builds hosts from repositories on request, and by a timer. It runs Nix, as a client of the daemon and as nobody in
# particular, so that it can be shut in almost as the others; what builds is the daemon and its sandbox.
{ config, lib, pkgs, ... }:
let
  cfg = config.services.homelab-deploy.builder;
  at = "services.homelab-deploy.builder";
  types = import ./types.nix { inherit lib; };
  command = import ./command.nix { inherit lib; };
  access = import ./access.nix { inherit lib types command; };
  git = import ./git.nix { inherit lib access; };
  metrics = import ./metrics.nix { inherit lib types; };
  service = import ./service.nix { inherit lib; };
  user = "homelab-deploy-builder";
  stateDir = "/var/lib/${user}";
  scheduled = lib.filterAttrs (_: repo: repo.schedule != null) cfg.repos;

  configFile = (pkgs.formats.toml { }).generate "homelab-deploy-builder.toml" {
    repos = lib.mapAttrs (_: repo: { inherit (repo) url; } // lib.optionalAttrs (repo.hosts != [ ]) { inherit (repo) hosts; }) cfg.repos;
  };

  words = command.options [
    { long = "as"; value = cfg.requester; }
    { long = "config"; value = configFile; }
    { long = "state-dir"; value = stateDir; }
    { long = "timeout"; value = cfg.timeout; }
    { long = "request-timeout"; value = cfg.requestTimeout; }
    { long = "resolve-timeout"; value = cfg.resolveTimeout; }
    { long = "queue-timeout"; value = cfg.queueTimeout; }
    { long = "max-parallel"; value = cfg.maxParallel; }
    { long = "metrics"; value = metrics.given cfg.metrics; }
    { long = "debug"; value = cfg.debug; }
  ] ++ access.words pkgs cfg ++ map command.word cfg.extraArgs;

  # It waits for its turn, asks the remote and the flake, and builds; a build that may go on that long must not fail the unit.
  seconds = duration: types.millis duration / 1000;
  longest = lib.min 2147483 (seconds cfg.queueTimeout + 2 * seconds cfg.resolveTimeout + seconds cfg.requestTimeout + 60);

  # The same server, in another name.
  asScheduler = cfg // { inherit (cfg.scheduler) nkeyFile; credsFile = null; tokenFile = null; user = null; passwordFile = null; };
  asks = name: repo: {
    description = "hd build ${name}: asks for a build";
    # A timer that was missed comes at the boot, and what cannot be asked is not asked again.
    after = [ "network-online.target" ];
    wants = [ "network-online.target" ];
    # It lives as long as the build that it asked for. A switch must neither stop it, ask for another one and wait for that, nor end it.
    restartIfChanged = false;
    unitConfig.X-StopOnRemoval = false;
    serviceConfig = import ./hardening.nix // service.unprivileged // {
      Type = "oneshot";
      LoadCredential = access.credentialsOf asScheduler;
      ExecStart = command.line config.services.homelab-deploy.package ([ "build" (command.word name) ]
        ++ command.option "revision" repo.defaultBranch
        ++ command.option "expires" cfg.queueTimeout
        ++ command.option "timeout" "${toString longest}s"
        ++ command.option "as" cfg.scheduler.requester
        ++ access.words pkgs asScheduler);
    };
  };
in
{
  config = lib.mkIf cfg.enable {
    assertions = access.assertions at cfg
      ++ access.secretAssertions at { inherit (cfg) sshKeyFile gitCredentialsFile; "scheduler.nkeyFile" = cfg.scheduler.nkeyFile; }
      ++ lib.mapAttrsToList
      (name: _: {
        assertion = types.repo.check name;
        message = "${at}.repos: \"${name}\" is not ${types.repo.description}; give it another.";
      })
      cfg.repos
      ++ [
      {
        assertion = cfg.repos != { };
        message = "${at}.repos is empty: name the repositories that may be built from, such as repos.nixos.url.";
      }
      {
        assertion = scheduled == { } || cfg.scheduler.nkeyFile != null;
        message = "${at}.scheduler.nkeyFile is missing: the timers of ${lib.concatStringsSep ", " (lib.attrNames scheduled)} ask in somebody's name. Give the key of a deployer.";
      }
    ];

    networking.firewall.allowedTCPPorts = metrics.ports cfg.metrics;
    users.users.${user} = { isSystemUser = true; group = user; home = stateDir; description = "hd builder"; };
    users.groups.${user} = { };

    systemd.timers = lib.mapAttrs'
      (name: repo: lib.nameValuePair "homelab-deploy-build-${name}" {
        description = "hd build ${name}";
        wantedBy = [ "timers.target" ];
        # What a machine that was off missed is asked for once.
        timerConfig = { OnCalendar = repo.schedule; Persistent = true; };
      })
      scheduled;

    systemd.services = lib.mapAttrs' (name: repo: lib.nameValuePair "homelab-deploy-build-${name}" (asks name repo)) scheduled // {
      homelab-deploy-builder = service.unit // {
        description = "hd builder: builds hosts on request";
        after = [ "network.target" "nix-daemon.socket" ];
        path = [ config.nix.package pkgs.gitMinimal config.programs.ssh.package config.systemd.package pkgs.coreutils ] ++ cfg.path;
        environment = {
          HOME = stateDir;
          # Without it a Nix that could would work on the store itself.
          NIX_REMOTE = "daemon";
        } // git.environment { sshKeyFile = git.credential "ssh-key" cfg.sshKeyFile; gitCredentialsFile = git.credential "git-credentials" cfg.gitCredentialsFile; };
        # A deployment that changes this unit restarts it once, at the end.
        stopIfChanged = false;
        serviceConfig = service.serviceConfig {
          exec = command.line config.services.homelab-deploy.package ([ "builder" ] ++ words);
          credentials = access.credentialsOf cfg ++ git.credentials cfg;
          own = {
            KillMode = "mixed";
            TimeoutStopSec = 60;
            User = user;
            Group = user;
            StateDirectory = user;
            StateDirectoryMode = "0700";
            WorkingDirectory = stateDir;
            # Nix sets limits of its own (@resources), and the git that it starts does not run without @mount.
            SystemCallFilter = [ "@system-service" "@mount" ];
          };
        };
      };
    };
  };
}
