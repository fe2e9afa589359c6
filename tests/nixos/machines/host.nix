# The smallest host: it is deployed to, and that is all.
{
  services.homelab-deploy.listener = {
    enable = true;
    tier = "prod";
    natsUrl = "tls://nats.example.org";
    nkeyFile = "/run/secrets/homelab-deploy";
    flakeUrl = "git+https://git.example.org/nixos";
  };
}
