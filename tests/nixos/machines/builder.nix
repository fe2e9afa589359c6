# A machine that builds, every night and on request.
{
  services.homelab-deploy.builder = {
    enable = true;
    natsUrl = "tls://nats.example.org";
    nkeyFile = "/run/secrets/hd-builder";
    repos.nixos = {
      url = "git+ssh://git@git.example.org/nixos";
      schedule = "*-*-* 04:00";
    };
    sshKeyFile = "/run/secrets/hd-builder-ssh";
    scheduler.nkeyFile = "/run/secrets/hd-scheduler";
    maxParallel = 4;
  };
}
