# The options of the builder, in the order in which they are needed.
{ lib, ... }:
let
  inherit (lib) literalExpression mkEnableOption mkOption;
  inherit (lib.types) attrsOf ints listOf nullOr str submodule;
  types = import ./types.nix { inherit lib; };
  command = import ./command.nix { inherit lib; };
  access = import ./access.nix { inherit lib types command; };
  process = import ./process-options.nix { inherit lib; };
  metrics = import ./metrics.nix { inherit lib types; };
in
{
  options.services.homelab-deploy.builder = {
    enable = mkEnableOption "the builder, which builds hosts without deploying them" // { example = true; };
    requester = mkOption {
      type = types.requester;
      default = "builder";
      description = "The builder's own name; the server has to know its key by it.";
      example = "builder";
    };
    repos = mkOption {
      type = attrsOf (submodule {
        options = {
          url = mkOption {
            type = types.repoUrl;
            description = "The flake of the repository.";
            example = "git+https://git.example.org/nixos";
          };
          hosts = mkOption {
            type = listOf types.hostName;
            default = [ ];
            description = "Of the flake's hosts only these; none named: all of them.";
            example = [ "web1" ];
          };
          defaultBranch = mkOption {
            type = lib.types.strMatching "[A-Za-z0-9][A-Za-z0-9._/-]*";
            default = "main";
            description = "The branch that `schedule` asks for.";
            example = "main";
          };
          schedule = mkOption {
            type = nullOr str;
            default = null;
            description = "When a build of all hosts is asked for, as systemd writes times (`man systemd.time`).";
            example = "*-*-* 04:00";
          };
        };
      });
      default = { };
      description = "The repositories that may be built from, by the name that `hd build` knows each by.";
      example = literalExpression ''{ nixos.url = "git+https://git.example.org/nixos"; }'';
    };
    sshKeyFile = access.secret "Private key for repositories behind ssh. The servers' own keys belong into `programs.ssh.knownHosts`.";
    gitCredentialsFile = access.secret "Passwords or tokens for repositories behind https, a line for each server: `https://user:token@git.example.org`.";
    timeout = mkOption {
      type = types.duration;
      default = "30m";
      description = "Deadline for the build of a host.";
      example = "2h";
    };
    requestTimeout = mkOption {
      type = types.duration;
      default = "4h";
      description = "Deadline for all hosts of a request; what has not begun by then is skipped.";
      example = "8h";
    };
    resolveTimeout = mkOption {
      type = types.duration;
      default = "5m";
      description = "Deadline for asking the remote, and for naming its hosts.";
      example = "1m";
    };
    queueTimeout = mkOption {
      type = types.duration;
      default = "1h";
      description = "How long a request that names no expiry may wait.";
      example = "1d";
    };
    maxParallel = mkOption {
      type = ints.between 1 64;
      default = 2;
      description = "How many hosts are built at once; each evaluation takes a core and a gigabyte or more.";
      example = 4;
    };
    scheduler = {
      requester = mkOption {
        type = types.requester;
        default = "scheduler";
        description = "In whose name the timers of `schedule` ask. A builder may not read the log to see the end, so it is somebody else: a deployer of the fleet file.";
        example = "scheduler";
      };
      nkeyFile = access.secret "File with the NKey seed of that requester.";
    };
    path = process.path "More programs for git and Nix." "[ pkgs.git-lfs ]";
    debug = process.debug;
    extraArgs = process.extraArgs "builder" [ "--debug" ];
    metrics = metrics.options "127.0.0.1:9475";
  } // access.options;
}
