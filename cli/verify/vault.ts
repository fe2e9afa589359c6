/** The check that the vault has what the log has: two connections, because no key opens both. */
import { isLeft } from "fp-ts/lib/Either.js";
import { checkVault } from "../../streams/vault-check.ts";
import { asKeeper } from "../args/vault-key.ts";
import type { CliEnv, Connection } from "../env.ts";
import { lend } from "../work/with-bus.ts";
import type { Check } from "./verify.ts";

/** The vault follows within milliseconds; after a log was created anew the server may need ten seconds to notice. */
const patienceMs = 15_000;

export const vaultCheck =
  (cli: CliEnv, connection: Connection, keyFile: string | undefined): Check =>
  async () => {
    const keeper = asKeeper(connection, keyFile);
    if (isLeft(keeper)) return keeper;
    return lend(cli.logRecords(connection), (log) =>
      lend(cli.vaultRecords(keeper.right), (vault) => checkVault(log, vault, { patienceMs })()),
    );
  };
