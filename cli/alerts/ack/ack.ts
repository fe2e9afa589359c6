/**
 * `hd alerts ack`: somebody takes an open alert on. A number of an alert that more of the same came after means these, because
 * people have the number of the one that they read.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Alert } from "../../../lib/contract/alert.ts";
import { ackSubject } from "../../../lib/contract/alert-subjects.ts";
import { type Failure, failure } from "../../../lib/contract/failure.ts";
import type { AlertWriter } from "../../../lib/router/ports.ts";
import type { Open } from "../../../streams/alerts/ledger.ts";
import { type Overview, readOverview } from "../../../streams/alerts/overview.ts";
import type { OutputForm } from "../../args/output-arg.ts";
import type { CliEnv, Connection } from "../../env.ts";
import { exits } from "../../exits.ts";
import { documentOf, line } from "../../print/json.ts";
import { names } from "../../print/names.ts";
import { type Ended, withBus } from "../../work/with-bus.ts";
import { answer } from "../answer.ts";

export interface AckArgs {
  readonly alert: number;
  readonly reason: string | undefined;
  readonly form: OutputForm;
}

/** Each number once, with where it is open. */
const known = (open: readonly Open[]): string => {
  const rules = new Map(open.map(({ seq, rule }) => [seq, rule]));
  const shown = [...rules].map(([seq, rule]) => `${seq} (${rule})`);
  return shown.length === 0 ? "No alert is open." : `Open are ${names(shown)}.`;
};

/** Taking on what tells of a moment would keep people from the next one for ever. */
const whyNot = (alert: number, told: Pick<Alert, "stands"> | undefined): string => {
  if (told === undefined) return `There is no alert ${alert}`;
  return told.stands
    ? `Alert ${alert} is not open any more`
    : `Alert ${alert} tells of a moment and is never open; to hear no more of the like for a time: hd alerts silence`;
};

/** What is open of what the alert told. */
const openOf = ({ ledger, fired }: Overview, alert: number): Either<Failure, readonly Open[]> => {
  const told = fired.find(({ seq }) => seq === alert)?.alert;
  const open = ledger
    .allOpen()
    .filter(({ rule, place, seq }) => seq === alert || (rule === told?.rule && told.hosts.includes(place)));
  if (open.length > 0) return right(open);
  return left(failure("invalid_request", `${whyNot(alert, told)}. ${known(ledger.allOpen())}`));
};

const write = async (
  alerts: AlertWriter,
  { requester }: Connection,
  numbers: readonly number[],
  reason: string | undefined,
): Promise<Either<Failure, void>> => {
  for (const alert of numbers) {
    const written = await answer(alerts, ackSubject(requester), { alert, ...(reason === undefined ? {} : { reason }) });
    if (isLeft(written)) return written;
  }
  return right(undefined);
};

const tell = ({ stdout, stderr }: CliEnv, form: OutputForm, open: readonly Open[], by: string): void => {
  if (form !== "table") {
    const items = open.map(({ seq, rule, place }) => ({ alert: seq, rule, place }));
    const content = { by, acknowledged: items };
    stdout.write(
      form === "json"
        ? documentOf("Acknowledgement", content)
        : line({ type: "result", apiVersion: "hd/v1", kind: "Acknowledgement", ...content }),
    );
    return;
  }
  const [first] = open;
  const where = names(open.map(({ place }) => place));
  stderr.write(
    `${first?.rule} on ${where} is yours, ${by}: more of the same is recorded and not sent until it is over\n`,
  );
};

export const ack = (cli: CliEnv, connection: Connection, { alert, reason, form }: AckArgs): Promise<Ended> =>
  withBus(cli, connection, async ({ alerts }) => {
    const overview = await readOverview(alerts, ({ seq }) => seq === alert);
    if (isLeft(overview)) return overview;
    const open = openOf(overview.right, alert);
    if (isLeft(open)) return open;
    const numbers = [...new Set(open.right.map(({ seq }) => seq))];
    const written = await write(alerts, connection, numbers, reason);
    if (isLeft(written)) return written;
    tell(cli, form, open.right, connection.requester);
    return right(exits.done);
  });
