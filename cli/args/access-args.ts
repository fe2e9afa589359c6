/**
 * The options that say how NATS is reached, the same for people and for listeners. A secret is named by its file and has no
 * option of its own: what stands on a command line is there for every user of the machine to read.
 */
import { localServer, parseServer } from "../../lib/contract/server-address.ts";
import type { CliEnv } from "../env.ts";
import { type ArgType, plainArg } from "./arg-type.ts";
import { flag } from "./flag.ts";
import { manySourced, type OptionSpec, sourced } from "./option.ts";
import { together } from "./together.ts";

const urlArg: ArgType<string> = { name: "url", parse: parseServer };

/** `shown`: the server without any, as the help has it. */
export const serversOption = (shown: string): OptionSpec<string> => ({
  long: "nats-url",
  type: urlArg,
  about: "NATS server; repeat it for a cluster",
  env: ["HOMELAB_DEPLOY_NATS_URL", "NATS_URL"],
  shown,
  section: "connection",
});

const variable = (long: string) => `HOMELAB_DEPLOY_${long.toUpperCase().replaceAll("-", "_")}`;

const option = (long: string, type: string, about: string, ...more: readonly string[]): OptionSpec<string> => ({
  long,
  type: plainArg(type),
  about,
  env: [variable(long), ...more],
  section: "connection",
});

export const accessArgs = ({ env }: CliEnv, shown: string = localServer) => {
  const file = (long: string, about: string, ...more: readonly string[]) =>
    sourced(env, option(long, "file", about, ...more));
  return together({
    servers: manySourced(env, serversOption(shown)),
    nkeyFile: file("nkey-file", "file with the NKey seed to log in with", "NATS_NKEY"),
    creds: file("creds", "creds file to log in with: a JWT and its seed"),
    user: sourced(env, option("user", "name", "user to log in as, with --password-file")),
    passwordFile: file("password-file", "file with the user's password"),
    tokenFile: file("token-file", "file with the token to log in with"),
    tlsCa: file("tls-ca", "PEM file of the authority to trust for the server's certificate"),
    tlsCert: file("tls-cert", "PEM file of the client's own certificate, with --tls-key"),
    tlsKey: file("tls-key", "PEM file of the key of that certificate"),
    tlsFirst: flag(env, {
      long: "tls-first",
      about: "begin with TLS, for a server with handshake_first",
      env: variable("tls-first"),
      section: "connection",
    }),
  });
};
