/** What a listener gets of NATS: the log as far as its host may use it, live messages, and its work. */
import { type ConsumerInfo, jetstreamManager } from "@nats-io/jetstream";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Access } from "../contract/access.ts";
import type { Address } from "../contract/address.ts";
import type { Failure } from "../contract/failure.ts";
import { hostDurable, inboxPrefix, logStream } from "../contract/log-names.ts";
import type { HostIdentity } from "../contract/template.ts";
import type { Announcing, Live, LogClock, Logger, LogReader, LogWriter, Work } from "../router/ports.ts";
import { absenceOf } from "./absence.ts";
import { reached } from "./api-prefix.ts";
import { close } from "./close.ts";
import { closedFor } from "./closed-for.ts";
import { connect } from "./connect.ts";
import type { Place } from "./find-consumer.ts";
import { hostWork } from "./host-work.ts";
import { insist } from "./insist.ts";
import { linkOf } from "./link.ts";
import { liveOf } from "./live.ts";
import { logClockOf } from "./log-clock.ts";
import { logReader } from "./log-reader.ts";
import { logWriter } from "./log-writer.ts";
import { announcingOf } from "./presences.ts";

export interface ListenerBus {
  /** A host may read its own records only, each of their subjects by itself. */
  readonly log: LogWriter & Pick<LogReader, "last">;
  readonly live: Live;
  readonly work: Work;
  readonly clock: LogClock;
  readonly announcing: Announcing;
  readonly isUp: () => boolean;
  /** False: work is not asked for any more, though it could be. */
  readonly isAtWork: () => boolean;
  /** Requests that wait for this host, or are in its hands. */
  readonly lag: () => TaskEither<Failure, number>;
  /** Resolves when the connection has ended and will not come back by itself: a listener without one is of no use. */
  readonly closed: Promise<Failure>;
  readonly close: () => Promise<void>;
}

export interface ListenerBusOptions extends Access {
  readonly host: HostIdentity;
  readonly addresses: readonly Address[];
  /** What of the settings of the host's consumer is not as it should be; told at the start, never edited. */
  readonly differences?: Place["differences"];
  /** Is told what nobody waits for, such as a lost connection. */
  readonly logger: Pick<Logger, "warn">;
}

const waiting = ({ num_pending, num_ack_pending }: ConsumerInfo): number => num_pending + num_ack_pending;

export const connectListener = (options: ListenerBusOptions): TaskEither<Failure, ListenerBus> => {
  const { servers, credentials, tls, host, addresses, differences = () => [], logger } = options;
  const notice = (sentence: string): void => logger.warn({}, sentence);
  const prefix = inboxPrefix(host.hostname);
  const connected = connect({
    ...{ servers, credentials, tls },
    name: `hd listener ${host.hostname}`,
    inboxPrefix: prefix,
    patient: true,
    notice,
  });
  const durable = hostDurable(host.hostname);
  return reached(connected, `CONSUMER.INFO.${logStream}.${durable}`, (nc, api): ListenerBus => {
    const link = linkOf(nc, notice, api);
    // The only question about the log that a host may ask of the API.
    const probe = async () => {
      const { consumers } = await jetstreamManager(nc, { apiPrefix: api, checkAPI: false, timeout: 1_000 });
      return consumers.info(logStream, durable);
    };
    const absence = absenceOf(link, probe);
    const work = hostWork({ link, absence, host, addresses, differences, notice });
    return {
      log: { ...logWriter(link, absence), last: logReader(link, absence).last },
      live: liveOf(link, notice),
      work,
      isAtWork: work.isAtWork,
      clock: logClockOf(link, notice),
      announcing: announcingOf(link, host.hostname),
      isUp: link.isUp,
      lag: () =>
        insist(async () => waiting(await probe()), {
          ...{ link, absence, deadlineMs: 1_500 },
          inVain: ({ failure: last }) => last,
        }),
      closed: nc.closed().then(closedFor("listener")),
      close: () => close(link),
    };
  });
};
