/** `hd verify` as a command line. Each check is asked for by its name, so that none is thought to have been made. */
import { command } from "cmd-ts";
import { left } from "fp-ts/lib/Either.js";
import { failure } from "../../lib/contract/failure.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { flag } from "../args/flag.ts";
import { optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { vaultKeyOption } from "../args/vault-key.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { vaultCheck } from "./vault.ts";
import { verify } from "./verify.ts";

export const verifyCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd verify",
      args: {
        vault: flag(cli.env, { long: "vault", about: "compare the log with the vault's copy, record by record" }),
        vaultKeyFile: optional(cli.env, vaultKeyOption),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [
        {
          command: "hd verify --vault --vault-nkey-file vault.nk",
          description: "exit 1 if the log or the vault lacks a record, or has another one",
        },
      ],
      handler: async ({ vault, vaultKeyFile, form, connection }): Promise<Ended> => {
        // Before anything else: which server it is does not matter yet.
        if (!vault) return left(failure("invalid_request", "Nothing was checked: say what to check; give --vault."));
        return withConnection(cli, connection, form, (made) =>
          verify(cli, form, [vaultCheck(cli, made, vaultKeyFile)]),
        );
      },
    }),
  );
