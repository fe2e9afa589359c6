/** `hd alerts list`: what the stream of alerts holds, read from its beginning, which is 90 days ago at most. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import { readOverview } from "../../../streams/alerts/overview.ts";
import type { OutputForm } from "../../args/output-arg.ts";
import type { CliEnv, Connection } from "../../env.ts";
import { exits } from "../../exits.ts";
import { paintFor } from "../../print/paint.ts";
import { type Ended, withBus } from "../../work/with-bus.ts";
import { writeAlerts } from "./list-document.ts";
import { listText } from "./list-text.ts";

export interface ListArgs {
  /** Alerts since then are listed too, also those that are over. */
  readonly sinceMs: number | undefined;
  readonly form: OutputForm;
}

export const list = (cli: CliEnv, connection: Connection, { sinceMs, form }: ListArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const overview = await readOverview(bus.alerts, ({ atMs }) => sinceMs !== undefined && atMs >= sinceMs);
    if (isLeft(overview)) return overview;
    const alerter = await bus.alerter()();
    if (isLeft(alerter)) return alerter;
    const shown = { ...overview.right, alerter: alerter.right };
    const { stdout, env, now } = cli;
    const [nowMs, isRecent] = [now(), sinceMs !== undefined];
    if (form !== "table") {
      writeAlerts(stdout, form, shown, { isRecent, nowMs });
      return right(exits.done);
    }
    const width = stdout.isTTY ? stdout.size().columns : undefined;
    stdout.write(listText(shown, isRecent, { paint: paintFor(stdout, env), width, nowMs }));
    return right(exits.done);
  });
