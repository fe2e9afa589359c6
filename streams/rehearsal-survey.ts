/**
 * Which hosts a record knows, and what each served: its own address and that of its tier, and every other one that it
 * answered. A role that a host has now and did not have then is no part of it.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Address } from "../lib/contract/address.ts";
import { read } from "../lib/contract/codec.ts";
import type { Failure } from "../lib/contract/failure.ts";
import { Role } from "../lib/contract/names.ts";
import { addressesOf, type HostIdentity } from "../lib/contract/template.ts";
import type { PlayedHost } from "../lib/router/rehearsal.ts";
import { type LogRecord, readRecord } from "./records.ts";
import type { Source } from "./rehearsal-source.ts";

export const nameOf = ({ tier, hostname }: Pick<HostIdentity, "tier" | "hostname">): string => `${tier}/${hostname}`;

export interface Survey {
  /** By their names. */
  readonly hosts: ReadonlyMap<string, PlayedHost>;
  /** Sequence of the first record; 0: there is none. */
  readonly first: number;
}

const rolesIn = (tier: HostIdentity["tier"], addresses: Iterable<Address>): HostIdentity["roles"] => {
  const prefix = `deploy.${tier}.role.`;
  return [...addresses].flatMap((one) => (one.startsWith(prefix) ? (read(Role, one.slice(prefix.length)) ?? []) : []));
};

interface Met extends Pick<HostIdentity, "tier" | "hostname"> {
  readonly answered: Set<Address>;
}

const playedBy = ({ tier, hostname, answered }: Met): PlayedHost => {
  const host = { tier, hostname, roles: rolesIn(tier, answered) };
  return { host, addresses: [...new Set([...addressesOf(host), ...answered])] };
};

/** Keeps of each request its address, and no more. */
const surveyor = () => {
  const asked = new Map<number, Address>();
  const met = new Map<string, Met>();
  const note = (record: LogRecord): void => {
    if (record.kind === "request") asked.set(record.seq, record.address);
    if (record.kind !== "response") return;
    const { tier, host: hostname, event } = record;
    const one = met.get(nameOf({ tier, hostname })) ?? { tier, hostname, answered: new Set() };
    met.set(nameOf(one), one);
    const address = asked.get(event.request_seq ?? 0);
    if (address !== undefined) one.answered.add(address);
  };
  return { note, met };
};

export const survey = async (source: Source): Promise<Either<Failure, Survey>> => {
  const { note, met } = surveyor();
  let first = 0;
  const visited = await source(async (stored) => {
    first ||= stored.seq;
    note(readRecord(stored));
  });
  if (isLeft(visited)) return visited;
  return right({ hosts: new Map([...met].map(([name, one]) => [name, playedBy(one)])), first });
};
