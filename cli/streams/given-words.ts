/** The options of `hd streams apply` and `hd streams diff` as they are typed, for the command that is printed to be run next. */
import { shellQuoted } from "../print/shell-quoted.ts";
import type { StreamsArgs } from "./wanted.ts";

type GivenArgs = Omit<StreamsArgs, "form" | "named" | "prune">;

const option = (long: string, value: string | number | undefined): string =>
  value === undefined ? "" : ` --${long} ${shellQuoted(`${value}`)}`;

/** Each with a space before it; without them the next command would compare with another log, or with none. */
export const givenWords = (args: GivenArgs): string =>
  [
    option("fleet", args.fleet),
    option("rules", args.rules),
    args.builder ? " --builder" : "",
    args.vault ? " --vault" : "",
    option("vault-nkey-file", args.vaultKeyFile),
    ...args.hosts.map(({ tier, hostname, roles }) =>
      option("host", `${tier}/${hostname}${roles.length === 0 ? "" : `:${roles.join(",")}`}`),
    ),
    ...args.deploySubjects.map((subject) => option("deploy-subject", subject)),
    option("replicas", args.replicas),
    option("max-bytes", args.maxBytes),
  ].join("");
