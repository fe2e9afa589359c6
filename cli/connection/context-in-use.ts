/** The context in use: the one that is named, else the one that the `nats` tool has selected. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { ContextName } from "../../lib/contract/nats-context.ts";
import type { Sourced } from "../args/option.ts";
import type { CliEnv } from "../env.ts";
import type { InUse } from "./access.ts";
import { unknownContext } from "./advice.ts";

/** `isNeeded`: without it there is no server. Where there is one, a selected context that cannot be read is nobody's business. */
export const contextInUse = async (
  { contexts }: Pick<CliEnv, "contexts">,
  named: Sourced<ContextName> | undefined,
  isNeeded: boolean,
): Promise<Either<Failure, InUse | undefined>> => {
  const selected = named === undefined ? await contexts.selected()() : right(named.value);
  if (isLeft(selected)) return isNeeded ? selected : right(undefined);
  const name = selected.right;
  if (name === undefined) return right(undefined);
  const context = await contexts.read(name)();
  if (isLeft(context)) {
    const isAsked = isNeeded || named !== undefined;
    return isAsked ? left(await unknownContext(contexts, name, context.left)) : right(undefined);
  }
  return right({ context: context.right, name, from: named?.from ?? "selected" });
};
