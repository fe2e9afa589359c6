/**
 * The ledger, read on to the end of the stream for whoever asks. A reading that began before somebody asked may miss what was
 * written since, so it serves nobody who comes later; all who come while it goes on share the next one.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { LogAge } from "../../lib/contract/alert.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { LogReader } from "../../lib/router/ports.ts";
import { catchUp, type Ledger, ledgerOf } from "./ledger.ts";

type Reading = Promise<Either<Failure, Ledger>>;

/** Another one where the stream was made anew: nothing that was told stands there any more. */
export const currentLedger = (alerts: Pick<LogReader, "range" | "next">, only?: LogAge): (() => Reading) => {
  let ledger = ledgerOf(only);
  let going: Promise<unknown> = Promise.resolve();
  let next: Reading | undefined;
  const read = async (): Reading => {
    next = undefined;
    const caught = await catchUp(alerts, ledger);
    if (isLeft(caught)) return caught;
    if (caught.right !== "another") return right(ledger);
    ledger = ledgerOf(only);
    const anew = await catchUp(alerts, ledger);
    return isLeft(anew) ? anew : right(ledger);
  };
  return () => {
    if (next === undefined) {
      next = going.then(read, read);
      going = next;
    }
    return next;
  };
};
