# A listener with every option: what each becomes is in its snapshot.
{
  services.homelab-deploy.listener = {
    enable = true;
    hostname = "web1";
    tier = "prod";
    roles = [ "web" "dns" ];
    natsUrl = [ "tls://nats1.example.org" "tls://nats2.example.org:4223" ];
    nkeyFile = "/run/secrets/homelab-deploy";
    tls = {
      caFile = "/etc/ssl/nats-ca.pem";
      certFile = "/etc/ssl/nats-client.pem";
      keyFile = "/run/secrets/nats-client.key";
      first = true;
    };
    flakeUrl = "git+ssh://git@git.example.org/nixos?dir=hosts";
    sshKeyFile = "/run/secrets/deploy key";
    gitCredentialsFile = "/run/secrets/git-credentials";
    trustedKeys = "/etc/homelab-deploy/trusted-keys.json";
    rollback = false;
    freeze = "its disk is being replaced, 50% done";
    timeout = "20m";
    resolveTimeout = 30;
    buildTimeout = "15m";
    activateTimeout = "5m";
    verifyTimeout = 120;
    confirmTimeout = 45;
    queueTimeout = "1d";
    heartbeatInterval = 0;
    presenceInterval = "5m";
    healthChecks."web answers" = { http = "http://127.0.0.1/health"; tries = 30; };
    deploySubjects = [ "deploy.<tier>.<hostname>" "deploy.<tier>.site.<role>" ];
    discoverSubject = "deploy.who";
    environment = { https_proxy = "http://proxy.example.org:3128"; NOTE = ''100% "of" it''; };
    path = [ "/opt/helpers" ];
    debug = true;
    metrics = { enable = true; address = "0.0.0.0:9473"; openFirewall = true; };
    extraArgs = [ "--flake-url" "git+https://git.example.org/100%25" ];
  };
}
