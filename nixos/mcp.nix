# The MCP server by HTTP: an assistant's way to the fleet, for a client that does not run on the machine.
{ config, lib, pkgs, ... }:
let
  inherit (lib) mkEnableOption mkOption;
  inherit (lib.types) bool listOf nullOr;
  cfg = config.services.homelab-deploy.mcp;
  at = "services.homelab-deploy.mcp";
  types = import ./types.nix { inherit lib; };
  command = import ./command.nix { inherit lib; };
  access = import ./access.nix { inherit lib types command; };
  process = import ./process-options.nix { inherit lib; };
  service = import ./service.nix { inherit lib; };

  secrets = lib.filterAttrs (_: file: file != null) { tokens = cfg.tokensFile; admin-nkey = cfg.admin.nkeyFile; };

  words = command.options [
    { long = "http"; value = cfg.address; }
    { long = "allow-host"; value = cfg.allowedHosts; }
    { long = "as"; value = cfg.requester; }
    { long = "confirm-outside"; value = cfg.confirmOutside; }
    { long = "flake-url"; value = cfg.flakeUrl; }
    { long = "budget"; value = cfg.budget; }
    { long = "enable-builds"; value = cfg.enableBuilds; }
    { long = "enable-admin"; value = cfg.admin.enable; }
    { long = "admin-as"; value = cfg.admin.requester; }
    { long = "discover-subject"; value = cfg.discoverSubject; }
  ]
  ++ lib.optionals (cfg.tokensFile != null) [ "--tokens" "%d/tokens" ]
  ++ lib.optionals (cfg.admin.nkeyFile != null) [ "--admin-nkey-file" "%d/admin-nkey" ]
  ++ access.words pkgs cfg ++ map command.word cfg.extraArgs;
in
{
  options.services.homelab-deploy.mcp = {
    enable = mkEnableOption "the MCP server by HTTP, for an assistant" // { example = true; };
    requester = mkOption {
      type = types.requester;
      description = "The assistant's name; the server has to know its key by it. What the key may do is what the assistant may do.";
      example = "claude";
    };
    address = mkOption {
      type = types.address;
      default = "127.0.0.1:7400";
      description = "Where it is served. Nothing is encrypted there: let a proxy with TLS stand before it.";
      example = "127.0.0.1:7400";
    };
    tokensFile = access.secret "Whose bearer tokens are good and for what, as a list in JSON: see docs/mcp.md.";
    allowedHosts = mkOption {
      type = listOf (lib.types.strMatching "[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
      default = [ ];
      description = "Other names that clients reach it by, such as that of the proxy.";
      example = [ "mcp.example.org" ];
    };
    confirmOutside = mkOption {
      type = listOf types.tier;
      default = [ "test" ];
      description = "Tiers where no person has to confirm a deployment.";
      example = [ "test" ];
    };
    flakeUrl = mkOption {
      type = nullOr types.flakeUrl;
      default = null;
      description = "The flake's repository, where a revision is looked up before a person is asked for a word about it.";
      example = "git+https://git.example.org/nixos";
    };
    budget = mkOption {
      type = nullOr types.budget;
      default = null;
      description = "At most so many deployments an hour for each token.";
      example = "10/h";
    };
    enableBuilds = mkOption {
      type = bool;
      default = false;
      description = "Offer the tool for builds, where the fleet has a builder.";
      example = true;
    };
    admin = {
      enable = mkOption {
        type = bool;
        default = false;
        description = "Offer `deploy_admin`: every tier, with a key of its own, and a person's word in the client's form.";
        example = true;
      };
      nkeyFile = access.secret "File with the NKey seed for `deploy_admin`.";
      requester = mkOption {
        type = nullOr types.requester;
        default = null;
        description = "The name that the server knows that key by.";
        example = "claude-admin";
      };
    };
    discoverSubject = mkOption {
      type = types.subject;
      default = "deploy.discover";
      description = "Subject of the question who is there.";
      example = "deploy.discover";
    };
    openFirewall = mkOption {
      type = bool;
      default = false;
      description = "Let other machines reach the port of `address`.";
      example = true;
    };
    extraArgs = process.extraArgs "mcp" [ "--enable-builds" ];
  } // access.options;

  config = lib.mkIf cfg.enable {
    assertions = access.assertions at cfg
      ++ access.secretAssertions at { inherit (cfg) tokensFile; "admin.nkeyFile" = cfg.admin.nkeyFile; }
      ++ [
      {
        assertion = cfg.tokensFile != null;
        message = "${at}.tokensFile is missing: it says who may come in. Make one as docs/mcp.md says.";
      }
      {
        assertion = !cfg.admin.enable || (cfg.admin.nkeyFile != null && cfg.admin.requester != null);
        message = "${at}.admin needs nkeyFile and requester, for a key that is no other's.";
      }
    ];

    networking.firewall.allowedTCPPorts = lib.optional cfg.openFirewall (types.portOf cfg.address);

    systemd.services.homelab-deploy-mcp = service.unit // {
      description = "hd mcp: an assistant's way to the fleet";
      # git and ssh for `flakeUrl` alone; nothing else is ever started.
      path = [ config.systemd.package ]
        ++ lib.optionals (cfg.flakeUrl != null) [ pkgs.gitMinimal config.programs.ssh.package ];
      serviceConfig = service.serviceConfig {
        exec = command.line config.services.homelab-deploy.package ([ "mcp" ] ++ words);
        credentials = access.credentialsOf cfg ++ access.credentials secrets;
        own = service.unprivileged // {
          TimeoutStopSec = 30;
          KillMode = "mixed";
        };
      };
    };
  };
}
