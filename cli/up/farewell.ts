/** What `hd up` says when the fleet is up and the tour is over: how to use it from another shell. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { player } from "./fleet.ts";
import { keyFile } from "./keys.ts";

const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What may be set for another fleet, and would speak against what is set here. */
const otherWays = [
  "CONTEXT",
  "CREDS",
  "USER",
  "PASSWORD_FILE",
  "TOKEN_FILE",
  "TLS_CA",
  "TLS_CERT",
  "TLS_KEY",
  "TLS_FIRST",
].map((name) => `HOMELAB_DEPLOY_${name}`);

/** A file to be sourced: the variables, and `hd` as this very program. */
export const writeEnvironment = async (dir: string, url: string, program: readonly string[]): Promise<string> => {
  const file = join(dir, "env");
  const text = `unset ${otherWays.join(" ")}
export HOMELAB_DEPLOY_NATS_URL=${url}
export HOMELAB_DEPLOY_NKEY_FILE=${shellQuoted(keyFile(join(dir, "keys"), player))}
export HOMELAB_DEPLOY_REQUESTER=${player}
export HOMELAB_DEPLOY_ALIAS_PROD_DNS=deploy.prod.role.dns
hd() { ${program.map(shellQuoted).join(" ")} "$@"; }
`;
  await writeFile(file, text, { mode: 0o600 });
  return file;
};

export const farewell = (environmentFile: string, flakeFolder: string): string => `
The fleet stays up. In another shell:

  . ${environmentFile}

  hd hosts
  hd deploy prod-dns -r v1 --action test      an alias for prod/role/dns
  hd deploy prod/all -r v1 --detach           send now, then: hd watch <id>
  hd history --status failed
  hd show <id>                                everything that came of one request

The flake is in ${flakeFolder}: change a host, commit, git push, and deploy main.
Ctrl-C here ends all of it.
`;
