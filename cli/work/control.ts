/** Sends control requests and waits for the hosts' answers, or with `--detach` for the log alone. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { Bus } from "../../lib/router/ports.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { watchAll } from "../follow/watch-all.ts";
import { announce, announceDetached } from "./announce.ts";
import { type Asking, sendAll } from "./send-all.ts";
import type { Ended } from "./with-bus.ts";

export interface ControlArgs {
  readonly form: OutputForm;
  readonly timeoutMs: number;
  readonly detach: boolean;
}

export const control = async (
  cli: CliEnv,
  { requester, repeated }: Connection,
  bus: Bus,
  asking: readonly Asking[],
  { form, timeoutMs, detach }: ControlArgs,
): Promise<Ended> => {
  const sent = await sendAll({ log: bus.log, requester, repeated, live: detach ? undefined : bus.live }, asking);
  if (isLeft(sent)) return sent;
  if (detach) {
    announceDetached(cli, form, sent.right);
    return right(exits.done);
  }
  announce(cli, form, sent.right);
  return right(await watchAll(cli, bus, sent.right, { form, deadlineMs: timeoutMs }));
};
