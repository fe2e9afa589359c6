/**
 * Reads a fleet, edits it and writes what follows, all while nobody else does: when anything of it is wrong, or a signal
 * comes, the folder is as it was.
 */
import { resolve } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Fleet } from "../../lib/contract/fleet.ts";
import type { Generated, Order } from "../../lib/fleet/generate.ts";
import { decodeFleet, type LoadedFleet, loadFleet } from "../../lib/fleet/load.ts";
import type { CliEnv } from "../env.ts";
import { locked } from "./lock.ts";
import { type MakeArgs, make } from "./make.ts";

export interface FleetChange extends Partial<Pick<Order, "known" | "renewed" | "renamed" | "first" | "last">> {
  /** The new text; left: why it cannot be, as a clause. */
  readonly text: Either<string, string>;
}

export interface ChangedFleet extends Generated {
  readonly fleet: Fleet;
  readonly before: LoadedFleet;
}

/** What a command makes of a fleet as it finds it, which may be another than the one that it saw before it had the lock. */
export type Edit = (loaded: LoadedFleet) => Either<Failure, FleetChange>;

/** Alone in the folder, which must be there. The first signal asks the task to end; a later one does not cut it off. */
export const alone = async <A>(
  cli: CliEnv,
  dir: string,
  task: (signal: AbortSignal) => Promise<Either<Failure, A>>,
): Promise<Either<Failure, A>> => {
  const stop = new AbortController();
  const release = cli.onInterrupt(() => stop.abort(), { patient: true });
  try {
    return await locked(resolve(dir), stop.signal, () => task(stop.signal));
  } finally {
    release();
  }
};

const changeNow = async (
  cli: CliEnv,
  args: MakeArgs & { readonly fleet: string },
  edit: Edit,
  signal: AbortSignal,
): Promise<Either<Failure, ChangedFleet>> => {
  const loaded = await loadFleet(args.fleet);
  if (isLeft(loaded)) return loaded;
  const edited = edit(loaded.right);
  if (isLeft(edited)) return edited;
  const { text, ...change } = edited.right;
  if (isLeft(text)) return left(failure("invalid_request", `Nothing was changed: ${text.left}.`));
  const fleet = decodeFleet(args.fleet, text.right, "Nothing was changed. With this edit");
  if (isLeft(fleet)) return fleet;
  const order = { ...loaded.right, text: text.right, fleet: fleet.right, ...change, signal };
  const made = await make(cli, args, order);
  return isLeft(made) ? made : right({ ...made.right, fleet: fleet.right, before: loaded.right });
};

export const changeFleet = async (
  cli: CliEnv,
  args: MakeArgs & { readonly fleet: string },
  edit: Edit,
): Promise<Either<Failure, ChangedFleet>> => {
  // Without a fleet there is nothing to lock, maybe not even a folder.
  const loaded = await loadFleet(args.fleet);
  return isLeft(loaded) ? loaded : alone(cli, args.fleet, (signal) => changeNow(cli, args, edit, signal));
};
