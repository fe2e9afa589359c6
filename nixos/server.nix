# The NATS server of a fleet, as `hd init` made its configuration from the fleet file, and the log on it. A unit of its own and
# not services.nats: here hosts and people come and go by a reload, and whoever is started after it finds it listening.
{ config, lib, pkgs, ... }:
let
  inherit (lib) literalExpression mkEnableOption mkOption;
  inherit (lib.types) bool listOf package path str;
  cfg = config.services.homelab-deploy.server;
  at = "services.homelab-deploy.server";
  types = import ./types.nix { inherit lib; };
  command = import ./command.nix { inherit lib; };
  access = import ./access.nix { inherit lib types command; };
  service = import ./service.nix { inherit lib; };
  hardening = import ./hardening.nix;

  settingsFile = cfg.fleet + "/nats-settings.nix";
  made = if builtins.pathExists settingsFile then import settingsFile else { };
  settings = lib.recursiveUpdate made cfg.settings;
  storeDir = settings.jetstream.store_dir or "/var/lib/nats";
  # Of the keys that lie in the same folder nothing gets to the store.
  configFile = pkgs.writeText "nats-server.conf" (builtins.toJSON settings);
  parts = config.services.homelab-deploy;
  log = if cfg.provisionerNkeyFile == null then "homelab-deploy-nats.service" else "homelab-deploy-streams.service";
  behindLog = { after = [ log ]; wants = [ log ]; };
  isState = lib.hasPrefix "/var/lib/" storeDir;
  listen = settings.listen or "0.0.0.0:4222";
  # Where the machine itself reaches it.
  here = builtins.replaceStrings [ "0.0.0.0" "[::]" ] [ "127.0.0.1" "::1" ] (lib.removeSuffix ":${toString (types.portOf listen)}" listen);
  # Until then, and for no longer than it lives.
  # A name in the fleet file may not be known yet, or lead round the world. A certificate is for that name.
  provisionUrl =
    if cfg.provisionUrl != null || settings ? tls then cfg.provisionUrl
    else "nats://${here}:${toString (types.portOf listen)}";
  isListening = "until (exec 3<>/dev/tcp/${here}/${toString (types.portOf listen)}) 2>/dev/null; do kill -0 $MAINPID || exit 1; ${pkgs.coreutils}/bin/sleep 0.1; done";
  etc = "homelab-deploy/nats-server.conf";
  ports = map types.portOf (lib.filter (place: place != null) [
    listen
    (settings.cluster.listen or null)
    (settings.leafnodes.listen or null)
  ]);
in
{
  options.services.homelab-deploy.server = {
    enable = mkEnableOption "the NATS server with the log of the fleet" // { example = true; };
    fleet = mkOption {
      type = path;
      description = ''
        Folder of the fleet file, after `hd init`, as a path of your configuration: of it `nats-settings.nix`, `hd.toml` and
        `public-keys.json` are taken. Keep `keys/` out of a flake's git repository, as the folder's own .gitignore does.
      '';
      example = literalExpression "./fleet";
    };
    provisionerNkeyFile = access.secret ''
      File with the seed of the fleet's provisioner, `keys/provisioner.nk` of `hd init`. With it the log and the places in it are
      made at each start and after each change of the fleet, and what differs is edited; no record is ever deleted. Whoever has
      this key can edit the log: leave it out to keep it offline, and run `hd streams apply --fleet .` yourself.
    '';
    settings = mkOption {
      type = lib.types.attrsOf lib.types.anything;
      default = { };
      description = "More settings for nats-server, over those that `hd init` made. What hosts and people may do is not to be changed here.";
      example = { max_connections = 500; };
    };
    provisioner = mkOption {
      type = types.requester;
      default = "provisioner";
      description = "The provisioner's name in the fleet file.";
      example = "provisioner";
    };
    provisionUrl = mkOption {
      type = lib.types.nullOr types.natsUrl;
      default = null;
      description = "How this machine reaches the server to make the log. Without it: by itself, or with TLS by the `urls` of the fleet file.";
      example = "nats://127.0.0.1:4222";
    };
    supplementaryGroups = mkOption {
      type = listOf str;
      default = [ ];
      description = "Groups that may read the certificates which the fleet file names below `[server.tls]`.";
      example = [ "acme" ];
    };
    natsPackage = mkOption {
      type = package;
      default = pkgs.nats-server;
      defaultText = literalExpression "pkgs.nats-server";
      description = "The package of nats-server, 2.10 or newer.";
      example = literalExpression "pkgs.nats-server";
    };
    openFirewall = mkOption {
      type = bool;
      default = false;
      description = "Let other machines reach the ports of the server, and those for a cluster and for leaf nodes where there are any.";
      example = true;
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = access.secretAssertions at { inherit (cfg) provisionerNkeyFile; } ++ [
      {
        assertion = made != { };
        message = "${at}.fleet has no nats-settings.nix. Run hd init in that folder, and in a flake: git add fleet/nats-settings.nix.";
      }
      {
        assertion = !(config.services.nats.enable or false);
        message = "${at} and services.nats are two servers on one machine; turn services.nats off. Its folder /var/lib/nats is taken over as it is.";
      }
    ];

    users.users.nats = { isSystemUser = true; group = "nats"; description = "NATS server"; };
    users.groups.nats = { };
    networking.firewall.allowedTCPPorts = lib.optionals cfg.openFirewall ports;

    environment.etc.${etc}.source = configFile;

    systemd.services.homelab-deploy-nats = {
      description = "NATS server with the log of hd";
      wantedBy = [ "multi-user.target" ];
      after = [ "network.target" ];
      # Hosts and people come and go by a reload, which disconnects nobody else. Everything else is a restart: a reload that the server
      # refuses leaves it as it was, without a word to systemd.
      reloadTriggers = [ configFile ];
      restartTriggers = [ (builtins.toJSON (builtins.removeAttrs settings [ "accounts" "authorization" ])) ];
      # A deployment reports through it: away for a restart at the end, not for the whole activation.
      stopIfChanged = false;
      unitConfig = service.patient;
      serviceConfig = hardening // {
        Type = "exec";
        ExecStart = "${lib.getExe cfg.natsPackage} -c /etc/${etc}";
        # It is started when it listens, which a long log makes it do later: whoever comes after it finds it there.
        ExecStartPost = "${lib.getExe pkgs.bash} -c ${command.word isListening}";
        TimeoutStartSec = 600;
        ExecReload = "${pkgs.coreutils}/bin/kill -HUP $MAINPID";
        # Told to end by SIGTERM it exits with 1, as it does when its configuration is no good.
        KillSignal = "SIGINT";
        User = "nats";
        Group = "nats";
        SupplementaryGroups = cfg.supplementaryGroups;
        Restart = "always";
        RestartSec = 2;
        LimitNOFILE = 65536;
        # Not Node: nats-server compiles nothing at run time.
        MemoryDenyWriteExecute = true;
        ProcSubset = "pid";
        PrivateUsers = true;
        # It sets its own limits and priorities, no more than its user may.
        SystemCallFilter = [ "@system-service" "~@privileged" ];
      } // (if isState
      then { StateDirectory = lib.removePrefix "/var/lib/" storeDir; StateDirectoryMode = "0750"; }
      else { ReadWritePaths = [ storeDir ]; });
    };

    # Whoever takes work from the log on the same machine begins when it is there. Wanted as well, because a switch starts each
    # unit by itself, and what is only ordered would not be part of that.
    systemd.services.homelab-deploy-listener = lib.mkIf parts.listener.enable behindLog;
    systemd.services.homelab-deploy-alerter = lib.mkIf parts.alerter.enable behindLog;
    systemd.services.homelab-deploy-builder = lib.mkIf parts.builder.enable behindLog;

    systemd.services.homelab-deploy-streams = lib.mkIf (cfg.provisionerNkeyFile != null) {
      description = "hd streams apply: the log, and a place in it for each host";
      wantedBy = [ "multi-user.target" ];
      after = [ "homelab-deploy-nats.service" ];
      wants = [ "homelab-deploy-nats.service" ];
      unitConfig = service.patient;
      serviceConfig = hardening // service.unprivileged // {
        Type = "oneshot";
        RemainAfterExit = true;
        # In a cluster the others may come later.
        Restart = "on-failure";
        RestartSec = 30;
        LoadCredential = access.credentials { nkey = cfg.provisionerNkeyFile; };
        ExecStart = command.line config.services.homelab-deploy.package ([ "streams" "apply" "--update" ]
          ++ command.option "fleet" (service.publicFleet { inherit pkgs; folder = cfg.fleet; })
          ++ command.option "nats-url" provisionUrl
          ++ command.option "as" cfg.provisioner
          ++ [ "--nkey-file" "%d/nkey" ]);
      };
    };
  };
}
