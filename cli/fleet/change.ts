/** Edits a fleet file and writes what follows, together: when anything of it is wrong, the file is as it was. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Fleet } from "../../lib/contract/fleet.ts";
import type { Generated, Order } from "../../lib/fleet/generate.ts";
import { decodeFleet, type LoadedFleet } from "../../lib/fleet/load.ts";
import type { CliEnv } from "../env.ts";
import { type MakeArgs, make } from "./make.ts";

export interface FleetChange extends Partial<Pick<Order, "known" | "renewed" | "renamed" | "first" | "last">> {
  /** The new text; left: why it cannot be, as a clause. */
  readonly text: Either<string, string>;
}

export interface ChangedFleet extends Generated {
  readonly fleet: Fleet;
}

export const changeFleet = async (
  cli: CliEnv,
  args: MakeArgs & { readonly fleet: string },
  { dir, known }: LoadedFleet,
  { text, ...change }: FleetChange,
): Promise<Either<Failure, ChangedFleet>> => {
  if (isLeft(text)) return left(failure("invalid_request", `Nothing was changed: ${text.left}.`));
  const fleet = decodeFleet(args.fleet, text.right, "Nothing was changed. With this edit");
  if (isLeft(fleet)) return fleet;
  const made = await make(cli, args, { dir, known, text: text.right, fleet: fleet.right, ...change });
  return isLeft(made) ? made : right({ ...made.right, fleet: fleet.right });
};
