/**
 * The stream of alerts: read like the log, and appended to only where nothing came in between. Who writes names the newest
 * record that it knows on the subject, and the server refuses a second one: two alerters that decide the same write it once.
 */
import { JetStreamApiError, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { mapLeft, type TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../contract/failure.ts";
import { alertStream } from "../contract/log-names.ts";
import type { Alerts, Entry, LogReader } from "../router/ports.ts";
import { absenceOf } from "./absence.ts";
import { missingConsumer, missingLog } from "./failures.ts";
import { insist } from "./insist.ts";
import type { Link } from "./link.ts";
import { logReader } from "./log-reader.ts";

const appendMs = 30_000;

/** The API's code for a record that was expected to come after another one than it would. */
const wrongLast = 10071;

const missing = failure(
  "unaudited",
  `There is no place for alerts here (stream ${alertStream}). Make it with \`hd streams apply --fleet DIR\`, or with --rules FILE where the rules stand in a file of their own. It takes the provisioner's key.`,
);

/** One consumer is missing, such as a new sink's. `called`: as a phrase. */
export const explainedPlace =
  (called: string) =>
  <A>(task: TaskEither<Failure, A>): TaskEither<Failure, A> => {
    const absent = failure(
      "unaudited",
      `Missing is ${called}. Make it with \`hd streams apply --fleet DIR\`, or with --rules FILE where the rules stand in a file of their own. It takes the provisioner's key.`,
    );
    return mapLeft((known: Failure) => (known === missingConsumer ? absent : known))(task);
  };

export const explainedAlerts = <A>(task: TaskEither<Failure, A>): TaskEither<Failure, A> =>
  mapLeft((known: Failure) => (known === missingLog || known === missingConsumer ? missing : known))(task);

const unlessTaken = async (appended: Promise<{ seq: number; duplicate: boolean }>): Promise<number | undefined> => {
  try {
    const { seq, duplicate } = await appended;
    return duplicate ? undefined : seq;
  } catch (thrown) {
    if (thrown instanceof JetStreamApiError && thrown.code === wrongLast) return undefined;
    throw thrown;
  }
};

const explainedReader = (reader: LogReader): LogReader => ({
  next: (seq, filter) => explainedAlerts(reader.next(seq, filter)),
  last: (filter) => explainedAlerts(reader.last(filter)),
  range: (seq, filter, limit) => explainedAlerts(reader.range(seq, filter, limit)),
  end: () => explainedAlerts(reader.end()),
});

export const alertLog = (link: Link): Alerts => {
  const js = jetstream(link.nc);
  const absence = absenceOf(link, async () => {
    const { streams } = await jetstreamManager(link.nc, { apiPrefix: link.api, checkAPI: false, timeout: 1_000 });
    return streams.info(alertStream);
  });
  const publish = ({ subject, body, msgId, after }: Entry, timeout: number) => {
    const last = after === undefined ? {} : { lastSubjectSequence: after };
    return js.publish(subject, body, { msgID: msgId, timeout, expect: { streamName: alertStream, ...last } });
  };
  return {
    ...explainedReader(logReader({ ...link, stream: alertStream }, absence)),
    append: (entry) =>
      explainedAlerts(
        insist((answerMs) => unlessTaken(publish(entry, answerMs)), {
          ...{ link, absence, deadlineMs: appendMs },
          inVain: ({ failure: last }) => last,
        }),
      ),
  };
};
