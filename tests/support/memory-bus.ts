/**
 * A log in memory behind the same ports as the real one, for tests that need no server: a durable place for each host,
 * redelivery, a memory of message ids, a bound on size. bus-suite.ts holds both to the same behaviour. It knows no permissions.
 */
import { left, right } from "fp-ts/lib/Either.js";
import { type Address, requestFilters } from "../../lib/contract/address.ts";
import { buildRequests } from "../../lib/contract/build-address.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { maxRecordBytes, presenceSubject, serviceDurables } from "../../lib/contract/log-names.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import type { ListenerBus } from "../../lib/nats/listener-bus.ts";
import type { BuilderBus } from "../../lib/router/building.ts";
import type {
  Announcing,
  Bus,
  Enrolled,
  Entry,
  Live,
  LiveMessage,
  LogIndex,
  LogReader,
  LogWriter,
  Presences,
  ServicePlace,
  Stored,
  Work,
} from "../../lib/router/ports.ts";
import { type MemoryAlerts, memoryAlerts } from "./memory-alerts.ts";
import { type MemoryPlace, memoryPlace } from "./memory-place.ts";

export interface MemoryOptions {
  readonly maxBytes?: number;
  /** What is not settled within it is handed over again. */
  readonly ackWaitMs?: number;
  readonly duplicateWindowMs?: number;
  readonly now?: () => number;
  /** A log that was made before there was a bucket of presences. */
  readonly noBucket?: boolean;
}

export interface MemoryLog {
  readonly records: readonly Stored[];
  readonly alerts: MemoryAlerts;
  /** The bucket of presences, by subject. Without one, nothing can be put or found. */
  readonly bucket: Map<string, Stored>;
  /** Gives alerters their place in the log. */
  readonly enrolAlerter: (place: ServicePlace) => void;
  /** Gives a host its place in the log. */
  readonly enrol: (host: HostIdentity, addresses: readonly Address[]) => void;
  readonly bus: () => Bus;
  readonly listener: (host: HostIdentity) => ListenerBus;
  /** There is a place for builders from the beginning. */
  readonly builder: () => BuilderBus;
}

/** Whether a subject fits a filter with the wildcards `*` and `>`. */
const matches = (filter: string, subject: string): boolean => {
  const [want, have] = [filter.split("."), subject.split(".")];
  const open = want.at(-1) === ">";
  const fixed = open ? want.slice(0, -1) : want;
  const longEnough = open ? have.length > fixed.length : have.length === fixed.length;
  return longEnough && fixed.every((token, i) => token === "*" || token === have[i]);
};

const tooLarge = failure(
  "invalid_request",
  `The record is larger than the log takes: at most ${maxRecordBytes / 1024} KiB.`,
);
const noRoom = failure("unaudited", "The log has no room for the record, so nothing was done.");
const overtaken = failure("unaudited", "Another record came to this subject in between, so nothing was written.");

const liveHub = () => {
  const subscriptions = new Set<{ readonly subject: string; readonly onMessage: (message: LiveMessage) => void }>();
  const publish = (subject: string, body: string): void => {
    for (const one of subscriptions) {
      if (matches(one.subject, subject))
        queueMicrotask(() => subscriptions.has(one) && one.onMessage({ subject, body }));
    }
  };
  const subscribe: Live["subscribe"] = async (subject, onMessage) => {
    const one = { subject, onMessage };
    subscriptions.add(one);
    return () => void subscriptions.delete(one);
  };
  return { publish, subscribe };
};

const reader = (records: readonly Stored[]): LogReader => {
  const from = (seq: number, filter: string) => records.filter((one) => one.seq >= seq && matches(filter, one.subject));
  return {
    next: (seq, filter) => async () => right(from(seq, filter)[0]),
    last: (filter) => async () => right(from(1, filter).at(-1)),
    range: (seq, filter, limit) => async () => right(from(seq, filter).slice(0, limit)),
    end: () => async () => right(records.length),
  };
};

const index = (records: readonly Stored[]): LogIndex => {
  const matching = (...filters: readonly string[]) =>
    records.filter(({ subject }) => filters.some((filter) => matches(filter, subject)));
  return {
    count: (seq, filter) => async () => right(matching(filter).filter((one) => one.seq >= seq).length),
    subjects: (filter) => async () => {
      const counts = new Map<string, number>();
      for (const { subject } of matching(filter)) counts.set(subject, (counts.get(subject) ?? 0) + 1);
      return right(counts);
    },
    newest: (filters, upTo) => async () => {
      const known = matching(...filters).filter(({ seq }) => seq <= upTo);
      const newest = new Map(known.map((one) => [one.subject, one]));
      return right([...newest.values()].sort((a, b) => a.seq - b.seq));
    },
  };
};

export const memoryLog = (options: MemoryOptions = {}): MemoryLog => {
  const { maxBytes = 100_000_000, ackWaitMs = 30_000, duplicateWindowMs = 900_000, now = Date.now } = options;
  const records: Stored[] = [];
  const ids = new Map<string, Pick<Stored, "seq" | "atMs">>();
  const places = new Map<string, MemoryPlace>();
  const bucket = new Map<string, Stored>();
  const live = liveHub();
  const alerts = memoryAlerts(reader, now);
  let usedBytes = 0;
  const builders = memoryPlace({
    ...{ hostname: serviceDurables.builder as string as HostName, addresses: [], records, ackWaitMs, mostOpen: 1 },
    isOurs: ({ subject }) => matches(buildRequests, subject),
  });
  let alerter: ServicePlace | undefined;

  const duplicateOf = (msgId: string, atMs: number): number | undefined => {
    const known = ids.get(msgId);
    return known !== undefined && atMs - known.atMs < duplicateWindowMs ? known.seq : undefined;
  };

  const store = (record: Stored, sizeBytes: number): void => {
    usedBytes += sizeBytes;
    records.push(record);
    if (record.msgId !== undefined) ids.set(record.msgId, record);
    for (const place of [...places.values(), builders]) place.look();
  };

  const refusal = ({ subject, after }: Pick<Entry, "subject" | "after">, sizeBytes: number): Failure | undefined => {
    if (sizeBytes > maxRecordBytes) return tooLarge;
    const last = records.findLast((one) => one.subject === subject)?.seq ?? 0;
    return after !== undefined && after !== last ? overtaken : undefined;
  };

  const append: LogWriter["append"] =
    ({ subject, body, msgId, after }) =>
    async () => {
      const atMs = now();
      const sizeBytes = Buffer.byteLength(body) + Buffer.byteLength(subject) + Buffer.byteLength(msgId);
      live.publish(subject, body);
      const refused = refusal({ subject, after }, sizeBytes);
      if (refused !== undefined) return left(refused);
      const known = duplicateOf(msgId, atMs);
      if (known !== undefined) return right({ seq: known, duplicate: true });
      if (usedBytes + sizeBytes > maxBytes) return left(noRoom);
      const seq = records.length + 1;
      store({ seq, subject, atMs, msgId, signature: undefined, body }, sizeBytes);
      return right({ seq, duplicate: false });
    };

  const log = { append, ...reader(records), ...index(records) };
  const close = async (): Promise<void> => undefined;

  const workOf = ({ hostname, tier }: HostIdentity): Work => ({
    start: (onDelivery) => async () => {
      const place = places.get(hostname);
      if (place === undefined) {
        return left(failure("unaudited", `Make a place with \`hd streams apply --host ${tier}/${hostname}\`.`));
      }
      place.start(onDelivery);
      return right(undefined);
    },
    stop: async () => places.get(hostname)?.stop(),
  });

  const announcingOf = ({ hostname }: HostIdentity): Announcing => {
    const subject = presenceSubject(hostname);
    return {
      put: (body) => async () => {
        if (options.noBucket) return left(failure("unaudited", "The bucket HD_HOSTS does not answer."));
        const value = { seq: bucket.size + 1, subject, atMs: now(), msgId: undefined, signature: undefined, body };
        bucket.set(subject, value);
        return right(undefined);
      },
      onReturn: () => undefined,
    };
  };

  const presences: Presences = {
    of: (hosts) => async () =>
      right(options.noBucket ? undefined : hosts.flatMap((host) => bucket.get(presenceSubject(host)) ?? [])),
  };

  const enrolled = (): readonly Enrolled[] => [...places.values()].map((place) => place.enrolled());

  return {
    records,
    alerts,
    bucket,
    enrolAlerter: (place) => {
      alerter = place;
    },
    enrol: ({ hostname }, addresses) => {
      const filters = addresses.flatMap(requestFilters);
      const isOurs = ({ subject }: Stored): boolean => filters.some((filter) => matches(filter, subject));
      places.set(hostname, memoryPlace({ hostname, addresses, records, isOurs, ackWaitMs }));
    },
    bus: () => ({
      ...{ log, live, presences, alerts, close },
      roster: { enrolled: () => async () => right(enrolled()) },
      alerter: () => async () => right(alerter),
      builder: () => async () => right(builders.enrolled()),
    }),
    builder: () => ({
      ...{ log, live, close, isUp: () => true, closed: new Promise(() => {}) },
      clock: { now: options.now ?? Date.now, asked: Promise.resolve() },
      work: {
        start: (onDelivery) => async () => right(builders.start(onDelivery)),
        stop: async () => builders.stop(),
      },
    }),
    listener: (host) => {
      const work = workOf(host);
      const clock = { now: options.now ?? Date.now, asked: Promise.resolve() };
      return {
        log,
        live,
        work,
        clock,
        announcing: announcingOf(host),
        isUp: () => true,
        isAtWork: () => true,
        lag: () => async () => right(enrolled().find(({ hostname }) => hostname === host.hostname)?.pending ?? 0),
        closed: new Promise(() => {}),
        close: work.stop,
      };
    },
  };
};
