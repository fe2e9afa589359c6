/** `hd cancel`: asks for the end of requests at the very addresses that they were sent to, and says what came of it. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { RequestId } from "../../lib/contract/values.ts";
import type { CliEnv, Connection } from "../env.ts";
import { type ControlArgs, control } from "../work/control.ts";
import type { Asking } from "../work/send-all.ts";
import { listed } from "../work/targets.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { askedCancels } from "./asked.ts";

export interface CancelArgs extends ControlArgs {
  readonly ids: readonly RequestId[];
  readonly reason: string | undefined;
}

const preface = ({ cancelled, ...meant }: Asking, { requester }: Connection): string => {
  const by = cancelled === undefined ? "" : ` ${cancelled.request.id} of ${cancelled.request.requester}`;
  return `cancelling request${by} on ${listed(meant)}, as ${requester}\n`;
};

export const cancel = (cli: CliEnv, connection: Connection, args: CancelArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const enrolled = await bus.roster.enrolled()();
    if (isLeft(enrolled)) return enrolled;
    const { repeated } = connection;
    const context = { log: bus.log, enrolled: enrolled.right, repeated, reason: args.reason };
    const asked = await askedCancels(context, args.ids);
    if (isLeft(asked)) return asked;
    if (args.form === "table") for (const one of asked.right) cli.stderr.write(preface(one, connection));
    return control(cli, connection, bus, asked.right, args);
  });
