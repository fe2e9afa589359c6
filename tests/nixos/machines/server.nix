# The machine with the log: the server, what tells people and what lets an assistant in, and a host like any other.
{
  services.homelab-deploy = {
    server = {
      enable = true;
      fleet = ./fleet;
      provisionerNkeyFile = "/run/secrets/hd-provisioner";
      openFirewall = true;
    };
    alerter = {
      enable = true;
      fleet = ./fleet;
      natsUrl = "nats://127.0.0.1:4222";
      nkeyFile = "/run/secrets/hd-alerter";
      secrets.ntfy = "/run/secrets/ntfy-token";
      metrics.enable = true;
    };
    mcp = {
      enable = true;
      requester = "claude";
      natsUrl = "nats://127.0.0.1:4222";
      nkeyFile = "/run/secrets/hd-claude";
      tokensFile = "/run/secrets/hd-mcp-tokens";
      allowedHosts = [ "mcp.example.org" ];
    };
    listener = {
      enable = true;
      tier = "prod";
      natsUrl = "nats://127.0.0.1:4222";
      nkeyFile = "/run/secrets/homelab-deploy";
      trustedKeys = ./fleet/trusted-keys.json;
      flakeUrl = "git+https://git.example.org/nixos";
    };
  };
}
