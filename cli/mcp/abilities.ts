/** What the key of the server may do, asked once; a NATS server that cannot be asked is asked again the next time. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../../lib/contract/failure.ts";
import { type Abilities, abilitiesOf } from "../../lib/contract/may-do.ts";
import type { CliEnv, Connection } from "../env.ts";
import { lend } from "../work/with-bus.ts";

/** `undefined`: without limits, or not told. */
type May = Abilities | undefined;

export const abilitiesBy = (
  { inspect }: Pick<CliEnv, "inspect">,
  connection: TaskEither<Failure, Connection>,
): (() => Promise<May>) => {
  let known: Promise<{ readonly may: May } | undefined> | undefined;
  const ask = async () => {
    const made = await connection();
    if (isLeft(made)) return undefined;
    const { requester } = made.right;
    const may = await lend(inspect(made.right), async (inspection) => {
      const asked = await inspection.whoAmI()();
      if (isLeft(asked)) return asked;
      const limits = asked.right?.limits;
      return right(limits && abilitiesOf(limits, requester));
    });
    return isLeft(may) ? undefined : { may: may.right };
  };
  return async () => {
    known ??= ask();
    const found = await known;
    if (found === undefined) known = undefined;
    return found?.may;
  };
};
