# How a service reaches NATS: the options, the words of the command line they become, and the secrets among them, which systemd
# hands over as credentials: the service can read them and nothing else of where they stand.
{ lib, types, command }:
let
  inherit (lib) mkOption optional;
  inherit (lib.types) nullOr bool str;

  secret = text: mkOption {
    type = nullOr types.secretFile;
    default = null;
    description = "${text} A string, never a path literal, which would be copied to the store where everyone can read it.";
    example = "/run/secrets/homelab-deploy";
  };

  secretsOf = cfg: lib.filterAttrs (_: file: file != null) {
    nkey = cfg.nkeyFile;
    creds = cfg.credsFile;
    password = cfg.passwordFile;
    token = cfg.tokenFile;
    tls-key = cfg.tls.keyFile;
  };
in
rec {
  inherit secret;

  options = {
    natsUrl = mkOption {
      type = types.oneOrMore types.natsUrl;
      description = "The NATS server; a list for the servers of a cluster.";
      example = "tls://nats.example.org";
    };
    nkeyFile = secret "File with the NKey seed to log in with, such as `keys/<name>.nk` of `hd init`.";
    credsFile = secret "Creds file to log in with: a JWT and its seed, as `nsc` writes it.";
    user = mkOption {
      type = nullOr str;
      default = null;
      description = "User to log in as, with `passwordFile`.";
      example = "hd";
    };
    passwordFile = secret "File with the password of `user`.";
    tokenFile = secret "File with the token to log in with.";
    tls = {
      caFile = mkOption {
        type = nullOr types.publicFile;
        default = null;
        description = "PEM file of the authority to trust for the server's certificate.";
        example = "/etc/ssl/nats-ca.pem";
      };
      certFile = mkOption {
        type = nullOr types.publicFile;
        default = null;
        description = "PEM file of the client's own certificate, with `keyFile`.";
        example = "/etc/ssl/nats-client.pem";
      };
      keyFile = secret "PEM file of the key of `certFile`.";
      first = mkOption {
        type = bool;
        default = false;
        description = "Begin with TLS, for a server with `handshake_first`.";
        example = true;
      };
    };
  };

  words = pkgs: cfg: command.option "nats-url" cfg.natsUrl
    ++ lib.concatLists (lib.mapAttrsToList (name: _: [ "--${flags.${name}}" "%d/${name}" ]) (secretsOf cfg))
    ++ command.option "user" cfg.user
    ++ command.option "tls-ca" (command.publicFile pkgs cfg.tls.caFile)
    ++ command.option "tls-cert" (command.publicFile pkgs cfg.tls.certFile)
    ++ command.option "tls-first" cfg.tls.first;
  flags = { nkey = "nkey-file"; creds = "creds"; password = "password-file"; token = "token-file"; tls-key = "tls-key"; };

  # For LoadCredential. `more`: other secrets by their name.
  credentials = more: lib.mapAttrsToList (name: file: "${name}:${toString file}") more;
  credentialsOf = cfg: credentials (secretsOf cfg);

  isStored = file: file != null && (builtins.isPath file || lib.hasPrefix builtins.storeDir (toString file));

  # `at`: the option's place, for the sentence.
  secretAssertions = at: secrets: lib.mapAttrsToList
    (name: file: {
      assertion = !isStored file;
      message = ''${at}.${name} is a path literal or a file in the Nix store, where everyone can read it. Write where it stands on the machine, as a string such as "/run/secrets/homelab-deploy".'';
    })
    secrets;

  assertions = at: cfg:
    let ways = lib.filter (name: cfg.${name} != null) [ "nkeyFile" "credsFile" "tokenFile" "user" ];
    in secretAssertions at { inherit (cfg) nkeyFile credsFile passwordFile tokenFile; "tls.keyFile" = cfg.tls.keyFile; } ++ [
      {
        assertion = builtins.length ways <= 1;
        message = "${at}: ${lib.concatStringsSep " and " ways} are two ways to log in; keep one of them.";
      }
      {
        assertion = (cfg.user == null) == (cfg.passwordFile == null);
        message = "${at}: user and passwordFile go together; give both.";
      }
      {
        assertion = (cfg.tls.certFile == null) == (cfg.tls.keyFile == null);
        message = "${at}.tls: certFile and keyFile go together; give both.";
      }
    ];
}
