/**
 * How a listener tells who asked: by the trusted keys that it was given, or by the subject alone. Keys that cannot be used at
 * the start end it, because somebody asked for signatures and would not get what was asked for.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { causeOf } from "../lib/contract/cause-of.ts";
import { type Failure, failure } from "../lib/contract/failure.ts";
import type { ListenerOptions } from "../lib/contract/listener-options.ts";
import type { PublicKey } from "../lib/contract/signature.ts";
import { policyOf } from "../lib/contract/trusted-keys.ts";
import type { Verify } from "../lib/contract/verify-record.ts";
import { type KeptIds, signedIdsIn } from "../lib/host/signed-ids.ts";
import { trustedKeysFile } from "../lib/host/trusted-keys-file.ts";
import type { Logger } from "../lib/router/ports.ts";
import { type Vouch, vouchByName, vouchBySignature } from "../lib/router/vouch.ts";

export interface Vouching {
  readonly vouch: Vouch;
  /** Ends when the disk has which signed requests were seen. */
  readonly remembered: TE.TaskEither<Failure<"internal">, void>;
}

export interface Checks {
  readonly isKey: (key: PublicKey) => boolean;
  readonly verify: Verify;
  readonly logger: Logger;
  readonly now: () => number;
}

const stateTrouble = (thrown: unknown): Failure<"internal"> =>
  failure(
    "internal",
    `Which signed requests were seen cannot be kept in the state folder: ${causeOf(thrown)}. Make room there, or mend it.`,
  );

const idsIn = (root: string, now: () => number): Either<Failure<"internal">, KeptIds> => {
  try {
    return right(signedIdsIn(root, now));
  } catch (thrown) {
    return left(stateTrouble(thrown));
  }
};

/** Uses the state folder, which has to be this listener's alone by then. */
export const vouchingOf = (
  { host, stateDir, trustedKeysFile: path }: Pick<ListenerOptions, "host" | "stateDir" | "trustedKeysFile">,
  { isKey, verify, logger, now }: Checks,
): Either<Failure, Vouching> => {
  if (path === undefined) return right({ vouch: vouchByName, remembered: TE.right(undefined) });
  const trusted = trustedKeysFile(path, isKey);
  const first = trusted();
  if (isLeft(first)) return left(failure("unusable_key", first.left));
  const ids = idsIn(stateDir, now);
  if (isLeft(ids)) return ids;
  const { damaged, sync } = ids.right;
  if (damaged > 0) logger.warn({ damaged }, "some signed ids could not be read; their requests would be served again");
  logger.info(
    { signatures: policyOf(first.right, host.tier), owners: first.right.owners.size },
    "trusted keys are read",
  );
  return right({
    vouch: vouchBySignature({ host, trusted, verify, ids: ids.right, logger, now }),
    remembered: TE.tryCatch(sync, stateTrouble),
  });
};
