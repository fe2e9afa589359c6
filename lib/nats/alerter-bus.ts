/** What an alerter gets of NATS: the log to read and to take from, and the stream of alerts with its own work in it. */
import { type Consumer, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { isLeft, left } from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import type { Access } from "../contract/access.ts";
import { type Failure, failure } from "../contract/failure.ts";
import {
  advisoryDurable,
  alertStream,
  inboxPrefix,
  logStream,
  serviceDurables,
  sinkDurable,
} from "../contract/log-names.ts";
import type { Requester } from "../contract/names.ts";
import type { AlerterBus } from "../router/alerting.ts";
import type { Work } from "../router/ports.ts";
import { type Absence, absenceOf } from "./absence.ts";
import { alertLog, explainedAlerts, explainedPlace } from "./alert-log.ts";
import { reached } from "./api-prefix.ts";
import { close } from "./close.ts";
import { closedFor } from "./closed-for.ts";
import { connect } from "./connect.ts";
import type { Objection } from "./delivery.ts";
import { insist } from "./insist.ts";
import { type Link, linkOf } from "./link.ts";
import { logClockOf } from "./log-clock.ts";
import { logIndex } from "./log-index.ts";
import { logReader } from "./log-reader.ts";
import { presencesOf } from "./presences.ts";
import type { Pulled } from "./pulled.ts";
import type { Durable } from "./pulls.ts";
import { rosterOf } from "./roster.ts";
import { foundStreamOf } from "./stream-settings.ts";
import { workOf } from "./work.ts";

export interface AlerterBusOptions extends Access {
  readonly requester: Requester;
  /** Is told what nobody waits for, such as a lost connection. */
  readonly notice: (sentence: string) => void;
}

const answerMs = 5_000;

/** A message proves little by arriving. What is odd in itself is for whoever reads it to say. */
const foreign =
  ({ stream, durable }: Pick<Durable, "stream" | "durable">) =>
  ({ handed }: Pulled): Objection | undefined =>
    handed?.stream === stream && handed.consumer === durable
      ? undefined
      : { reason: "it does not come from the alerter's own consumer", isForeign: true };

interface Taking {
  readonly link: Link;
  readonly absence: Absence;
  readonly taker: Requester;
  readonly notice: (sentence: string) => void;
}

type Wanted = Pick<Durable, "stream" | "durable" | "called"> & { readonly inHand: number };

const takenBy = ({ link, absence, taker, notice }: Taking) => {
  const { consumers } = jetstream(link.nc, { apiPrefix: link.api, timeout: 2_000 });
  return ({ stream, durable, called, inHand }: Wanted, before: TE.TaskEither<Failure, unknown> = TE.right(0)): Work => {
    const get = (): Promise<Consumer> => consumers.get(stream, durable);
    const found = insist(get, { link, absence, deadlineMs: 30_000, inVain: ({ failure: last }) => last });
    return workOf({
      ...{ link, notice, taker, stream, durable, called, inHand },
      find: () =>
        pipe(
          before,
          TE.chain(() => explainedAlerts(explainedPlace(called)(found))),
        ),
      objection: foreign({ stream, durable }),
      inOrder: false,
    });
  };
};

const managing = (link: Link, timeout: number) =>
  jetstreamManager(link.nc, { apiPrefix: link.api, checkAPI: false, timeout });

/** Whether the log is still the one that was found first. One that was made anew counts from 1 again, so nothing told of it fits. */
const sameLog = (ask: AlerterBus["logStream"]) => {
  let first: number | undefined;
  let tell: (failed: Failure) => void = () => undefined;
  const anew = new Promise<Failure>((resolve) => {
    tell = resolve;
  });
  const look: AlerterBus["logStream"] = () => async () => {
    const found = await ask()();
    if (isLeft(found)) return found;
    first ??= found.right.madeMs;
    if (found.right.madeMs === first) return found;
    const failed = failure(
      "interrupted",
      `The log (stream ${logStream}) was made anew: it is another one, and what was told of the old one does not count for it. Start the alerter again.`,
    );
    tell(failed);
    return left(failed);
  };
  return { look, anew };
};

const partsOf = (link: Link, requester: Requester, notice: (sentence: string) => void): AlerterBus => {
  const absence = absenceOf(link, async () => (await managing(link, 1_000)).streams.info(logStream));
  const ask = <A>(question: (api: Awaited<ReturnType<typeof managing>>) => Promise<A>): TE.TaskEither<Failure, A> =>
    insist(async (timeoutMs) => question(await managing(link, timeoutMs)), {
      ...{ link, absence, deadlineMs: answerMs },
      inVain: ({ failure: last }) => last,
    });
  const taken = takenBy({ link, absence, taker: requester, notice });
  const { look, anew } = sameLog(() => ask(async ({ streams }) => foundStreamOf(await streams.info(logStream))));
  const { alerter } = serviceDurables;
  return {
    log: { ...logReader(link, absence), ...logIndex(link, absence) },
    alerts: alertLog(link),
    presences: presencesOf(link),
    roster: rosterOf(link, absence),
    clock: logClockOf(link, notice),
    isUp: link.isUp,
    logStream: look,
    lag: () =>
      ask(async ({ consumers }) => {
        const { num_pending, num_ack_pending } = await consumers.info(logStream, alerter);
        return num_pending + num_ack_pending;
      }),
    // Asked before each stretch of work: whoever makes the log anew makes this place anew.
    records: taken(
      { stream: logStream, durable: alerter, called: "the alerter's place in the log", inHand: 64 },
      look(),
    ),
    advisories: taken({
      ...{ stream: alertStream, durable: advisoryDurable, inHand: 1 },
      called: "the alerter's place for advisories",
    }),
    sink: (name) =>
      taken({ stream: alertStream, durable: sinkDurable(name), called: `the place of the sink ${name}`, inHand: 1 }),
    closed: Promise.race([link.nc.closed().then(closedFor("alerter")), anew]),
    close: () => close(link),
  };
};

/** Waits for a server that is not there yet. */
export const connectAlerter = (options: AlerterBusOptions): TE.TaskEither<Failure, AlerterBus> => {
  const { requester, notice, ...access } = options;
  const connected = connect({
    ...access,
    name: `hd alerter ${requester}`,
    ...{ inboxPrefix: inboxPrefix(requester), patient: true, notice },
  });
  return reached(connected, `STREAM.INFO.${logStream}`, (nc, api) =>
    partsOf(linkOf(nc, notice, api), requester, notice),
  );
};
