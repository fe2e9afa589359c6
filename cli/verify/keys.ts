/** Whose signatures a check knows: those of a file for listeners, of a whole fleet, or of both. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { TrustedKeys } from "../../lib/contract/trusted-keys.ts";
import type { Keys } from "../../streams/check/signatures.ts";
import type { CliEnv } from "../env.ts";

export interface GivenKeys {
  readonly trustedKeysFile: string | undefined;
  readonly fleet: string | undefined;
}

const ofFile = async (cli: CliEnv, file: string | undefined): Promise<Either<Failure, TrustedKeys["owners"]>> => {
  if (file === undefined) return right(new Map());
  const trusted = await cli.signatures.trusted(file);
  return isLeft(trusted) ? left(failure("invalid_request", trusted.left)) : right(trusted.right.owners);
};

const ofFleet = async (folder: string | undefined): Promise<Either<Failure, TrustedKeys["owners"]>> => {
  if (folder === undefined) return right(new Map());
  const [{ loadFleet }, { knownKeys }] = await Promise.all([
    import("../../lib/fleet/load.ts"),
    import("../../lib/fleet/known-keys.ts"),
  ]);
  const loaded = await loadFleet(folder);
  return isLeft(loaded) ? loaded : right(knownKeys(loaded.right.known));
};

/** Right, `undefined`: none were named. */
export const keysOf = async (cli: CliEnv, given: GivenKeys): Promise<Either<Failure, Keys | undefined>> => {
  const [file, fleet] = [await ofFile(cli, given.trustedKeysFile), await ofFleet(given.fleet)];
  if (isLeft(file)) return file;
  if (isLeft(fleet)) return fleet;
  if (given.trustedKeysFile === undefined && given.fleet === undefined) return right(undefined);
  const owners = new Map([...fleet.right, ...file.right]);
  return right({ trusted: { policies: new Map(), owners }, verify: await cli.signatures.verifier() });
};
