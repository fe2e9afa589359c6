# The alerter: tells people of what the rules name, once. It reads the log and talks to the sinks; it keeps nothing.
{ config, lib, pkgs, ... }:
let
  inherit (lib) literalExpression mkEnableOption mkOption;
  inherit (lib.types) attrsOf nullOr path;
  cfg = config.services.homelab-deploy.alerter;
  at = "services.homelab-deploy.alerter";
  types = import ./types.nix { inherit lib; };
  command = import ./command.nix { inherit lib; };
  access = import ./access.nix { inherit lib types command; };
  process = import ./process-options.nix { inherit lib; };
  metrics = import ./metrics.nix { inherit lib types; };
  service = import ./service.nix { inherit lib; };

  words = command.options [
    { long = "rules"; value = command.publicFile pkgs cfg.rules; }
    { long = "fleet"; value = if cfg.fleet == null then null else service.publicFleet { inherit pkgs; folder = cfg.fleet; }; }
    { long = "every"; value = cfg.every; }
    { long = "as"; value = cfg.requester; }
    { long = "metrics"; value = metrics.given cfg.metrics; }
    { long = "debug"; value = cfg.debug; }
  ] ++ access.words pkgs cfg ++ map command.word cfg.extraArgs;
in
{
  options.services.homelab-deploy.alerter = {
    enable = mkEnableOption "the alerter, which tells people of deployments and of what is absent" // { example = true; };
    fleet = mkOption {
      type = nullOr path;
      default = null;
      description = "Folder of the fleet file `hd.toml`, which has the rules and the sinks: a path of your configuration. Its keys are not copied.";
      example = literalExpression "./fleet";
    };
    rules = mkOption {
      type = nullOr types.publicFile;
      default = null;
      description = "File with the rules and the sinks, in the place of `fleet`.";
      example = literalExpression "./alerts.toml";
    };
    requester = mkOption {
      type = types.requester;
      default = "alerter";
      description = "The alerter's own name; the server has to know its key by it.";
      example = "alerter";
    };
    secrets = mkOption {
      type = attrsOf types.secretFile;
      default = { };
      description = ''
        Secrets of the sinks, by a name of yours. In the rules each is `/run/credentials/homelab-deploy-alerter.service/<name>`,
        whatever file it comes from.
      '';
      example = { ntfy = "/run/secrets/ntfy-token"; };
    };
    every = mkOption {
      type = types.duration;
      default = 15;
      description = "How often it looks for what is absent.";
      example = "1m";
    };
    path = process.path "Programs for sinks of the type `command`, which run in the alerter's sandbox." "[ pkgs.curl ]";
    debug = process.debug;
    extraArgs = process.extraArgs "alerter" [ "--debug" ];
    metrics = metrics.options "127.0.0.1:9474";
  } // access.options;

  config = lib.mkIf cfg.enable {
    assertions = access.assertions at cfg ++ access.secretAssertions "${at}.secrets" cfg.secrets ++ [
      {
        assertion = (cfg.rules == null) != (cfg.fleet == null);
        message = "${at}: give the rules and the sinks, either by fleet (the folder of hd.toml) or by rules (a file of their own).";
      }
    ];

    networking.firewall.allowedTCPPorts = metrics.ports cfg.metrics;

    systemd.services.homelab-deploy-alerter = service.unit // {
      description = "hd alerter: tells people of deployments";
      path = [ config.systemd.package ] ++ cfg.path;
      serviceConfig = service.serviceConfig {
        exec = command.line config.services.homelab-deploy.package ([ "alerter" ] ++ words);
        credentials = access.credentialsOf cfg ++ access.credentials cfg.secrets;
        own = service.unprivileged // {
          # What is in hand when it ends is waited for: a sink answers within half a minute.
          TimeoutStopSec = 60;
          KillMode = "mixed";
        };
      };
    };
  };
}
