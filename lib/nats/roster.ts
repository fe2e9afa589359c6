/**
 * Who is enrolled, read off the log's consumers: each host has one, whether it is there or not. Consumers of any other name
 * are nobody's business here.
 */
import { type ConsumerInfo, jetstreamManager } from "@nats-io/jetstream";
import { map } from "fp-ts/lib/TaskEither.js";
import { parseRequestSubject } from "../contract/address.ts";
import { hostOfDurable, logStream, serviceDurables } from "../contract/log-names.ts";
import { unnamed } from "../contract/names.ts";
import type { Enrolled, Roster, ServicePlace } from "../router/ports.ts";
import type { Absence } from "./absence.ts";
import { filtersOf } from "./consumer-filters.ts";
import { insist } from "./insist.ts";
import type { Link } from "./link.ts";

const deadlineMs = 5_000;

/** A filter is the subject of a request by anyone; the one for verbs is none. */
const addressOf = (filter: string) => parseRequestSubject(filter.replace("hd.req.*.", `hd.req.${unnamed}.`))?.address;

const waitingIn = (info: ConsumerInfo): ServicePlace => ({
  present: info.num_waiting > 0,
  pending: info.num_pending + info.num_ack_pending,
});

const enrolledOf = (info: ConsumerInfo): readonly Enrolled[] => {
  const hostname = hostOfDurable(info.name);
  if (hostname === undefined) return [];
  return [
    {
      hostname,
      addresses: filtersOf(info.config)
        .map(addressOf)
        .filter((address) => address !== undefined),
      ...waitingIn(info),
    },
  ];
};

/** Each consumer of the log: a reader may ask for all, and for none by its name. */
const asking =
  (link: Link, absence: Absence) =>
  <A>(found: (info: ConsumerInfo) => readonly A[]) => {
    const ask = async (timeoutMs: number): Promise<readonly A[]> => {
      const api = { apiPrefix: link.api, checkAPI: false, timeout: timeoutMs };
      const { consumers } = await jetstreamManager(link.nc, api);
      const all: A[] = [];
      for await (const info of consumers.list(logStream)) all.push(...found(info));
      return all;
    };
    return insist(ask, { link, deadlineMs, absence, inVain: ({ failure }) => failure });
  };

export const rosterOf = (link: Link, absence: Absence): Roster => ({
  enrolled: () => asking(link, absence)(enrolledOf),
});

export const servicePlaceOf = (link: Link, absence: Absence, service: keyof typeof serviceDurables) => {
  const placeOf = (info: ConsumerInfo) => (info.name === serviceDurables[service] ? [waitingIn(info)] : []);
  return () => map((found: readonly ServicePlace[]) => found[0])(asking(link, absence)(placeOf));
};
