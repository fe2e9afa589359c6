/** What engines do not do yet. */
import { map } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { failure } from "../contract/failure.ts";
import type { Activated, Engine } from "../host/engine.ts";

export const cleanly = map((): Activated => ({ unitsFailed: false, named: [] }));

export const unfinished: Pick<Engine, "rollBack" | "failedUnits" | "rebootNeeded" | "probe"> = {
  rollBack: () => TE.left(failure("internal", "Not yet.")),
  failedUnits: () => TE.right([]),
  rebootNeeded: () => TE.right([]),
  probe: () => TE.right(undefined),
};
