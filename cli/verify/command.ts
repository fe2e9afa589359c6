/**
 * `hd verify` as a command line. Without a word about it the log itself is checked; a comparison is asked for by its name, so
 * that none is thought to have been made.
 */
import { command } from "cmd-ts";
import { isLeft, left } from "fp-ts/lib/Either.js";
import { failure } from "../../lib/contract/failure.ts";
import { plainArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { type OptionSpec, optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { vaultKeyOption } from "../args/vault-key.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import { fleetOption } from "../fleet/fleet-args.ts";
import type { Ended } from "../work/with-bus.ts";
import { exportCheck } from "./export.ts";
import { keysOf } from "./keys.ts";
import { exportOnlyCheck, logCheck } from "./log.ts";
import { vaultCheck } from "./vault.ts";
import { verify } from "./verify.ts";

const file = (long: string, about: string): OptionSpec<string> => ({ long, type: plainArg("file"), about });

const checkArgs = ({ env }: CliEnv) => ({
  log: flag(env, { long: "log", about: "the log itself; asked for when nothing else is" }),
  vault: flag(env, { long: "vault", about: "compare the log with the vault's copy, record by record" }),
  vaultKeyFile: optional(env, vaultKeyOption),
  exported: optional(env, file("export", "compare the log with what hd export wrote, record by record")),
  onlyExport: optional(env, file("only-export", "check an export in place of the log; no server is asked")),
  trustedKeysFile: optional(
    env,
    file("trusted-keys", "verify signatures by the keys in this file, as listeners have it; keep rotated keys in it"),
  ),
  fleet: optional(env, { ...fleetOption, about: "verify signatures by the keys of a fleet, its hosts' too" }),
});

const alone = "--only-export checks a file without the log; leave out --log, --vault and --export.";

const examples = [
  { command: "hd verify", description: "read the whole log; exit 1 if anything in it is not as it should be" },
  { command: "hd verify --fleet .", description: "and verify every signature, of requests and of hosts' answers" },
  {
    command: "hd verify --log --vault --vault-nkey-file vault.nk",
    description: "and exit 1 if the log or the vault lacks a record, or has another one",
  },
  { command: "hd verify --export log.ndjson", description: "whether the log has what an export has" },
];

export const verifyCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd verify",
      args: { ...checkArgs(cli), form: outputArg(cli.env), connection: connectionArgs(cli) },
      examples,
      handler: async ({
        log,
        vault,
        vaultKeyFile,
        exported,
        onlyExport,
        form,
        connection,
        ...given
      }): Promise<Ended> => {
        if (onlyExport !== undefined && (log || vault || exported !== undefined))
          return left(failure("invalid_request", alone));
        const keys = await keysOf(cli, given);
        if (isLeft(keys)) return keys;
        if (onlyExport !== undefined) return verify(cli, form, [exportOnlyCheck(cli, onlyExport, keys.right)]);
        const isLog = log || (!vault && exported === undefined);
        return withConnection(cli, connection, form, (made) =>
          verify(cli, form, [
            ...(isLog ? [logCheck(cli, made, keys.right)] : []),
            ...(vault ? [vaultCheck(cli, made, vaultKeyFile)] : []),
            ...(exported === undefined ? [] : [exportCheck(cli, made, exported)]),
          ]),
        );
      },
    }),
  );
