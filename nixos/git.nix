# What git needs for repositories that are not everybody's, as variables: Nix and nixos-rebuild start the same git.
{ lib, access }:
rec {
  # Only to read: git would write what it used into the file of its own helper.
  helper = file: ''!f() { test "$1" = get && git credential-store --file ${lib.escapeShellArg file} get; }; f'';

  environment = { sshKeyFile, gitCredentialsFile }:
    lib.optionalAttrs (sshKeyFile != null)
      {
        GIT_SSH_COMMAND = "ssh -o BatchMode=yes -o IdentitiesOnly=yes -i ${lib.escapeShellArg (toString sshKeyFile)}";
      } // lib.optionalAttrs (gitCredentialsFile != null) {
      GIT_CONFIG_COUNT = "1";
      GIT_CONFIG_KEY_0 = "credential.helper";
      GIT_CONFIG_VALUE_0 = helper (toString gitCredentialsFile);
    };

  # For a service that runs git itself: as credentials of its unit, which it finds by a path that systemd fills in.
  credential = name: file: if file == null then null else "/run/credentials/homelab-deploy-builder.service/${name}";
  credentials = { sshKeyFile, gitCredentialsFile, ... }:
    access.credentials (lib.filterAttrs (_: file: file != null) { ssh-key = sshKeyFile; git-credentials = gitCredentialsFile; });
}
