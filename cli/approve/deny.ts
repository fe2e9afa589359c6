/** `hd deny`: a word against wishes, for everybody to read. Whatever has one does not come true any more. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { writeList } from "../print/json.ts";
import { denyWish } from "../work/deny-wish.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { told } from "./found.ts";
import { isOver } from "./granted.ts";
import type { Told } from "./wish-text.ts";

export interface DenyArgs {
  readonly ids: readonly RequestId[];
  readonly reason: string | undefined;
  readonly form: OutputForm;
}

/** Those of the id that can still come true; left where none can. */
const openOf = (id: RequestId, all: readonly Told[]): Either<Failure, readonly Told[]> => {
  const open = all.filter(({ state }) => state.kind === "open");
  const over = all.map(isOver).find((one) => one !== undefined);
  return open.length > 0 ? right(open) : left(over ?? failure("invalid_request", `No wish has the id ${id}.`));
};

const denyOne = async (
  cli: CliEnv,
  { log }: Bus,
  id: RequestId,
  { requester, repeated, reason }: Pick<Connection, "requester" | "repeated"> & Pick<DenyArgs, "reason">,
): Promise<Either<Failure, readonly Told[]>> => {
  const found = await told(log, id, { repeated, nowMs: cli.now() });
  if (isLeft(found)) return found;
  const open = openOf(id, found.right);
  if (isLeft(open)) return open;
  for (const { wish } of open.right) {
    const done = await denyWish({ log, requester }, wish, reason)();
    if (isLeft(done)) return done;
  }
  return open;
};

export const deny = (cli: CliEnv, connection: Connection, { ids, reason, form }: DenyArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const denied: Told[] = [];
    for (const id of new Set(ids)) {
      const some = await denyOne(cli, bus, id, { ...connection, reason });
      if (isLeft(some)) return some;
      denied.push(...some.right);
      if (form === "table") cli.stdout.write(`wish ${id} of ${some.right[0]?.wish.requester} was denied\n`);
    }
    const items = denied.map(({ wish }) => ({ id: wish.wish.id, seq: wish.seq, requester: wish.requester }));
    if (form !== "table") writeList(cli.stdout, form, { kind: "Denied", key: "wishes", items });
    return right(exits.done);
  });
