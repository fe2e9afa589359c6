/**
 * Who is enrolled, read off the log's consumers: each host has one, whether it is there or not. Consumers of any other name
 * are nobody's business here.
 */
import { type ConsumerInfo, jetstreamManager } from "@nats-io/jetstream";
import { parseRequestSubject } from "../contract/address.ts";
import { hostOfDurable, logStream } from "../contract/log-names.ts";
import { unnamed } from "../contract/names.ts";
import type { Enrolled, Roster } from "../router/ports.ts";
import type { Absence } from "./absence.ts";
import { filtersOf } from "./consumer-filters.ts";
import { insist } from "./insist.ts";
import type { Link } from "./link.ts";

const deadlineMs = 5_000;

/** A filter is the subject of a request by anyone; the one for verbs is none. */
const addressOf = (filter: string) => parseRequestSubject(filter.replace("hd.req.*.", `hd.req.${unnamed}.`))?.address;

const enrolledOf = (info: ConsumerInfo): readonly Enrolled[] => {
  const hostname = hostOfDurable(info.name);
  if (hostname === undefined) return [];
  return [
    {
      hostname,
      addresses: filtersOf(info.config)
        .map(addressOf)
        .filter((address) => address !== undefined),
      present: info.num_waiting > 0,
      pending: info.num_pending + info.num_ack_pending,
    },
  ];
};

export const rosterOf = (link: Link, absence: Absence): Roster => {
  const ask = async (timeoutMs: number): Promise<readonly Enrolled[]> => {
    const { consumers } = await jetstreamManager(link.nc, { apiPrefix: link.api, checkAPI: false, timeout: timeoutMs });
    const found: Enrolled[] = [];
    for await (const info of consumers.list(logStream)) found.push(...enrolledOf(info));
    return found;
  };
  return { enrolled: () => insist(ask, { link, deadlineMs, absence, inVain: ({ failure }) => failure }) };
};
