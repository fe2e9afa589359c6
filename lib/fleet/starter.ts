/** The fleet file that `hd init` writes where there is none: it is valid as it stands, and says what each part is for. */
export const starterFile = `# The fleet: its server, its hosts, and who may do what. No key is in this file; it may be shown to anyone.
# Every key with its default: docs/fleet-file.md. After an edit run \`hd init\` again.

name = "home"                                     # begins the names of the NATS contexts: home-alice

[server]
urls = ["nats://nats.example.org:4222"]           # what hosts and people connect to
# listen = "0.0.0.0:4222"                         # where the server listens
# store_dir = "/var/lib/nats"
# max_file = "10GB"                               # the most that it may store on the disk
# max_log = "4GB"                                 # the most that the log may hold; a full log refuses requests
# vault = true                                    # keep a second copy of the log, which who makes the log cannot reach

# [server.tls]                                    # paths on the server
# cert_file = "/etc/nats/cert.pem"
# key_file = "/etc/nats/key.pem"
# ca_file = "/etc/nats/ca.pem"

# Tiers are what people are allowed by. Each host is in one.
[tiers.test]
signatures = "warn"                               # requests without a good signature: off, warn or require

[tiers.prod]
signatures = "require"

# Hosts, each by its networking.hostName.
[hosts.lab1]
tier = "test"

[hosts.web1]
tier = "prod"
roles = ["web"]                                   # hd deploy prod/role/web

# deployer: asks in its tiers. admin: asks in every tier. auditor: reads the log.
[people.alice]
role = "deployer"
tiers = ["test", "prod"]
# actions = ["switch", "boot", "test", "dry-activate"]
`;
