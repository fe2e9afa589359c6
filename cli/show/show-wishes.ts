/** `hd show` of an id that is only a wish's: what was asked of a person, and what became of it. */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import type { LogReader } from "../../lib/router/ports.ts";
import { wishesWithId } from "../../streams/wishes.ts";
import { toldWishes } from "../approve/found.ts";
import { wishDocument, wishText } from "../approve/wish-text.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import { writeList } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import type { Ended } from "../work/with-bus.ts";

/** Left: `otherwise`, where no wish has the id either. */
export const showWishes = async (
  { stdout, env, now }: CliEnv,
  log: LogReader,
  { id, form }: { readonly id: RequestId; readonly form: OutputForm },
  otherwise: Failure,
): Promise<Ended> => {
  const wishes = await wishesWithId(log, id)();
  if (isLeft(wishes)) return wishes;
  const told = await toldWishes(log, wishes.right, now());
  if (isLeft(told)) return told;
  if (told.right.length === 0) return left(otherwise);
  const how = { paint: paintFor(stdout, env), nowMs: now() };
  if (form === "table") stdout.write(told.right.map((one) => wishText(one, how)).join("\n"));
  else writeList(stdout, form, { kind: "Wishes", key: "wishes", items: told.right.map(wishDocument) });
  return right(exits.done);
};
