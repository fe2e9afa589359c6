# The options of the listener, in the order in which they are needed.
{ config, lib, pkgs, ... }:
let
  inherit (lib) literalExpression mkEnableOption mkOption;
  inherit (lib.types) attrsOf bool ints listOf nonEmptyListOf nullOr path str submodule;
  types = import ./types.nix { inherit lib; };
  command = import ./command.nix { inherit lib; };
  access = import ./access.nix { inherit lib types command; };
  process = import ./process-options.nix { inherit lib; };

  deadline = default: description: mkOption {
    type = if default == null then nullOr types.duration else types.duration;
    inherit default description;
    example = "15m";
  };

  check = submodule {
    options = {
      command = mkOption {
        type = nullOr (nonEmptyListOf str);
        default = null;
        description = "A program and its arguments, no shell: healthy is exit code 0.";
        example = literalExpression ''[ "''${pkgs.curl}/bin/curl" "-fsS" "http://localhost/health" ]'';
      };
      tcp = mkOption {
        type = nullOr types.address;
        default = null;
        description = "A port: healthy is a connection.";
        example = "127.0.0.1:53";
      };
      http = mkOption {
        type = nullOr (lib.types.strMatching "https?://[^[:space:]]+");
        default = null;
        description = "An address: healthy is the expected status, without following redirects.";
        example = "http://127.0.0.1/health";
      };
      status = mkOption {
        type = nullOr (ints.between 100 599);
        default = null;
        description = "With `http`: the expected status; without it any from 200 to 299.";
        example = 204;
      };
      timeout_ms = mkOption {
        type = ints.between 1 3600000;
        default = 10000;
        description = "Deadline of one try, in milliseconds.";
        example = 2000;
      };
      tries = mkOption {
        type = ints.between 1 1000;
        default = 5;
        description = "How often it is tried before it counts as failed.";
        example = 30;
      };
      pause_ms = mkOption {
        type = ints.between 0 3600000;
        default = 1000;
        description = "Between two tries, in milliseconds.";
        example = 500;
      };
    };
  };
in
{
  options.services.homelab-deploy.listener = {
    enable = mkEnableOption "the listener, by which this host takes deployments from the log" // { example = true; };
    hostname = mkOption {
      type = types.hostName;
      default = config.networking.hostName;
      defaultText = literalExpression "config.networking.hostName";
      description = "This host, as its configuration in the flake is called.";
      example = "web1";
    };
    tier = mkOption {
      type = types.tier;
      description = "Its tier: people may deploy in some tiers and not in others.";
      example = "prod";
    };
    roles = mkOption {
      type = listOf types.role;
      default = [ ];
      description = "Its roles: `hd deploy prod/role/web` deploys all hosts with the role `web`.";
      example = [ "web" "dns" ];
    };
    flakeUrl = mkOption {
      type = types.flakeUrl;
      description = ''
        The flake to deploy from. It stands in the unit file, which everyone can read, so no password or token may be in it:
        `sshKeyFile` and `gitCredentialsFile` are for private repositories.
      '';
      example = "git+https://git.example.org/nixos";
    };
    sshKeyFile = access.secret
      "Private key for a flake behind ssh. Jobs read it, as root and where it stands. The server's own key belongs into `programs.ssh.knownHosts`.";
    gitCredentialsFile = access.secret
      "Passwords or tokens for flakes behind https, a line for each server: `https://user:token@git.example.org`. Jobs read it, as root and where it stands.";
    trustedKeys = mkOption {
      type = nullOr types.publicFile;
      default = null;
      description = ''
        `trusted-keys.json` of `hd init`: whose signed requests are served, and for what. Without it NATS alone says who may ask.
        There is no secret in it. As a path it is part of the system; as a string it is read where it stands, and again when it
        has changed.
      '';
      example = literalExpression "./fleet/trusted-keys.json";
    };

    timeout = deadline 600 "Deadline for a whole deployment, up to the end of its activation.";
    resolveTimeout = deadline null "Deadline for asking the flake's remote. Without one it is a minute.";
    buildTimeout = deadline null "Deadline for the build. Without one it is what `timeout` allows.";
    activateTimeout = deadline null "Deadline for the activation, and for a rollback. Without one it is what `timeout` allows.";
    verifyTimeout = deadline null "Deadline for everything that is checked after an activation. Without one it is three minutes.";
    confirmTimeout = deadline null ''
      How long a listener may take to reach the log after an activation. Without it in that time the host goes back to the
      system it ran before. Without one it is a minute.
    '';
    queueTimeout = deadline 3600 "How long a request that names no expiry may wait for this host.";
    heartbeatInterval = mkOption {
      type = types.durationOrNever;
      default = 15;
      description = "How often a `reply_to` hears that work goes on; 0 is never.";
      example = "30s";
    };
    presenceInterval = mkOption {
      type = types.durationOrNever;
      default = 60;
      description = "How often this host says how it is when nothing changes; 0 is never at all.";
      example = "5m";
    };
    rollback = mkOption {
      type = bool;
      default = true;
      description = "Go back to the system of before when a new one is not healthy. Without it this host never does, whatever a request says.";
      example = false;
    };
    freeze = mkOption {
      type = nullOr types.reason;
      default = null;
      description = ''
        Why this host takes no deployment for now, for everybody who is refused. Only `hd deploy --override-freeze` reaches it, such as
        with a configuration that takes this out again. For a while, or for many hosts, there is `hd freeze`.
      '';
      example = "its disk is being replaced";
    };
    healthChecks = mkOption {
      type = attrsOf check;
      default = { };
      description = ''
        What has to be well after an activation, by name; otherwise the host goes back to the system it ran before. Each has one
        of `command`, `tcp` and `http`. Jobs run them, as root and outside of the listener's sandbox.
      '';
      example = literalExpression ''{ "web answers" = { http = "http://127.0.0.1/health"; tries = 30; }; }'';
    };

    deploySubjects = mkOption {
      type = nonEmptyListOf types.template;
      default = [ "deploy.<tier>.<hostname>" "deploy.<tier>.all" "deploy.<tier>.role.<role>" ];
      description = "Templates of the subjects that this host serves. Its place in the log has to be made with the same.";
      example = [ "deploy.<tier>.<hostname>" ];
    };
    discoverSubject = mkOption {
      type = types.subject;
      default = "deploy.discover";
      description = "Subject of the question who is there.";
      example = "deploy.discover";
    };

    environment = mkOption {
      type = attrsOf str;
      default = { };
      description = "More variables for the listener and its jobs. They stand in the unit file, which everyone can read.";
      example = { https_proxy = "http://proxy.example.org:3128"; };
    };
    path = process.path "More programs for jobs, such as what a git credential helper needs." "[ pkgs.git-lfs ]";
    debug = process.debug;
    extraArgs = process.extraArgs "listener" [ "--debug" ];
    metrics = (import ./metrics.nix { inherit lib types; }).options "127.0.0.1:9473";
  } // access.options;
}
