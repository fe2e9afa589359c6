/**
 * What is said when a server refuses whoever connects. The public key is how the server's configuration names it, so it is
 * told, with the file that it is from; secrets are not.
 */
import type { Credentials } from "../contract/access.ts";

const shown = (credentials: Credentials, as: string | undefined): string => {
  switch (credentials.kind) {
    case "nkey":
      return `the key ${as} of the key file ${credentials.file}`;
    case "creds":
      return `the key ${as} of the creds file ${credentials.file}`;
    case "password":
      return `the user ${credentials.user} with the password in ${credentials.password.file}`;
    case "token":
      return `the token in ${credentials.token.file}`;
  }
};

/** `as`: the public key. `origin`: what gave the credentials, where that is known. */
export const refusedIdentity = (
  credentials: Credentials | undefined,
  as: string | undefined,
  origin: string | undefined,
): string => {
  const refused = "The server does not accept this identity:";
  if (credentials === undefined)
    return `${refused} no credentials are given. Name a context with --context, or a key file with --nkey-file.`;
  const by = origin === undefined ? "" : `, by ${origin}`;
  return `${refused} ${shown(credentials, as)}${by}. Check that the server's configuration knows it; after an edit of the fleet, copy nats-server.conf to the server and reload it.`;
};
