# The fleet of the tests in virtual machines: a NATS server, from which people deploy too, and three hosts. Keys, permissions
# and contexts are made by `hd init` while the test runs, and the log by `hd streams apply`, as the documentation says it.
#
# Real: NixOS, systemd, Nix, nixos-rebuild, switch-to-configuration, git over http. A stand-in: a machine without a network
# cannot build a NixOS, so what a deployment "builds" is a copy of a system that was built with the test, a specialisation of
# the host (./deployed/flake.nix); and the hosts have no boot loader, so `boot` is seen by the system profile.
{
  lib,
  pkgs,
  module,
}:
{
  name,
  # What can be deployed: by revision, what it changes on each host.
  revisions,
  # Python, after the prelude.
  script,
}:
let
  inherit (lib) genAttrs mapAttrs;

  tiers = {
    lab1 = "test";
    web1 = "prod";
    web2 = "prod";
  };
  keys = "/var/lib/keys";

  # What the copying needs, on the hosts: a string becomes a dependency only where Nix knows the path.
  tools = [
    pkgs.bash
    pkgs.coreutils
    pkgs.findutils
    pkgs.gnused
  ];

  host =
    hostname: tier:
    { lib, pkgs, ... }:
    {
      imports = [ module ];

      virtualisation.memorySize = 1536;
      # What is deployed outlives a restart of the machine.
      virtualisation.writableStoreUseTmpfs = false;

      system.switch.enable = true;
      system.extraDependencies = tools;
      boot.loader.grub.enable = false;
      boot.loader.external.enable = true;
      boot.loader.external.installHook = "${pkgs.coreutils}/bin/true";
      nix.settings = {
        experimental-features = [
          "nix-command"
          "flakes"
        ];
        substituters = lib.mkForce [ ];
        flake-registry = "";
      };

      environment.etc.revision.text = "none";
      specialisation = mapAttrs (revision: change: {
        configuration = {
          imports = [ change ];
          environment.etc.revision.text = lib.mkForce revision;
        };
      }) revisions;

      services.homelab-deploy.listener = {
        enable = true;
        inherit hostname tier;
        roles = if tier == "prod" then [ "web" ] else [ ];
        natsUrl = "nats://server:4222";
        nkeyFile = "${keys}/${hostname}.nk";
        trustedKeys = "${keys}/trusted-keys.json";
        flakeUrl = "git+http://server/fleet.git";
        confirmTimeout = "30s";
        healthChecks."no sickness" = {
          command = [
            "${pkgs.gnugrep}/bin/grep"
            "-qv"
            "sick"
            "/etc/revision"
          ];
          tries = 2;
        };
      };
      # The keys come while the test runs.
      systemd.services.homelab-deploy-listener.unitConfig.ConditionPathExists = "${keys}/trusted-keys.json";
    };

  server =
    {
      config,
      nodes,
      pkgs,
      ...
    }:
    let
      systemsOf = revision: {
        inherit tools;
        hosts = genAttrs (lib.attrNames tiers) (
          hostname:
          let
            inherit (nodes.${hostname}.specialisation.${revision}.configuration.system) build;
          in
          {
            toplevel = "${build.toplevel}";
            nixos-rebuild = "${build.nixos-rebuild}";
          }
        );
      };
    in
    {
      imports = [ module ];

      networking.firewall.allowedTCPPorts = [
        80
        4222
      ];
      environment.systemPackages = [
        config.services.homelab-deploy.package
        pkgs.git
      ];

      systemd.tmpfiles.rules = [ "d /srv/git 0755 root root" ];
      environment.etc = {
        "test/hd.toml".source = ./deployed/hd.toml;
      }
      // lib.concatMapAttrs (revision: _: {
        "test/${revision}/flake.nix".source = ./deployed/flake.nix;
        "test/${revision}/systems.json".source =
          pkgs.writeText "systems-${revision}.json" (builtins.toJSON (systemsOf revision));
      }) revisions;

      # As `hd init` writes it. It starts when that has run, and at every boot from then on.
      systemd.services.nats = {
        wantedBy = [ "multi-user.target" ];
        unitConfig.ConditionPathExists = "/srv/fleet/nats-server.conf";
        serviceConfig = {
          ExecStart = "${pkgs.nats-server}/bin/nats-server -c /srv/fleet/nats-server.conf";
          StateDirectory = "nats";
          Restart = "always";
          RestartSec = 10;
        };
      };
      systemd.services.git-http = {
        wantedBy = [ "multi-user.target" ];
        serviceConfig.ExecStart = "${pkgs.darkhttpd}/bin/darkhttpd /srv/git --port 80";
      };
    };
in
{
  inherit name;
  nodes = mapAttrs host tiers // { inherit server; };
  testScript = "${builtins.readFile ./prelude.py}\n\n${script}";
}
