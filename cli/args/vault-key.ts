/** The key of the vault's keeper, which is in an account of its own and known by one name. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { vaultKeeper } from "../../lib/contract/fleet.ts";
import type { Connection } from "../env.ts";
import { plainArg } from "./arg-type.ts";
import type { OptionSpec } from "./option.ts";

export const vaultKeyOption: OptionSpec<string> = {
  long: "vault-nkey-file",
  type: plainArg("file"),
  about: "file with the NKey seed of the vault's keeper",
  env: ["HOMELAB_DEPLOY_VAULT_NKEY_FILE"],
};

/** The same servers as the keeper; no other key opens the vault. */
export const asKeeper = (connection: Connection, keyFile: string | undefined): Either<Failure, Connection> =>
  keyFile === undefined
    ? left(failure("invalid_request", "--vault needs the key of the vault's keeper; give --vault-nkey-file <file>."))
    : right({ ...connection, credentials: { kind: "nkey", file: keyFile }, requester: vaultKeeper });
