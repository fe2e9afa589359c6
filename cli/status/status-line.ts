/** What is known of one host: its place, its state by the log and by its own word, and how it differs from its tier. */
import type { Address } from "../../lib/contract/address.ts";
import type { HostName, Tier } from "../../lib/contract/names.ts";
import type { Enrolled, Stored } from "../../lib/router/ports.ts";
import { type AsSeen, asSeen } from "../../streams/as-seen.ts";
import { type Drift, driftOf, type Newest, newestOf } from "../../streams/drift.ts";
import { untold } from "../../streams/host-state.ts";
import { seenOf } from "../../streams/presences.ts";
import type { ResponseRecord } from "../../streams/records.ts";
import { tierOfHost } from "../../streams/roster.ts";
import type { HostStatus } from "../../streams/status.ts";
import { byText } from "../print/by-text.ts";

export interface StatusLine extends AsSeen {
  readonly host: HostName;
  readonly tier: Tier | undefined;
  readonly addresses: readonly Address[];
  /** The log keeps a place for it, now. */
  readonly enrolled: boolean;
  /** Its newest ending, when it failed: what it left may be as it was. */
  readonly failed: ResponseRecord | undefined;
  /** `undefined`: it runs the newest of its tier. */
  readonly drift: Drift | undefined;
}

type Place = Pick<StatusLine, "host" | "tier" | "addresses" | "enrolled">;

const enrolledPlace = (one: Enrolled): Place => {
  const { hostname: host, addresses } = one;
  return { host, tier: tierOfHost(one), addresses, enrolled: true };
};

const formerPlace = ({ host, tier }: HostStatus): Place => ({ host, tier, addresses: [], enrolled: false });

const undrifted = (place: Place, status: HostStatus | undefined, announced: readonly Stored[]): StatusLine => {
  const seen = asSeen(status?.state ?? untold, seenOf(announced, place.host));
  const failed = status?.newest?.status === "failed" ? status.newest : undefined;
  return { ...place, ...seen, failed, drift: undefined };
};

export interface Found {
  readonly enrolled: readonly Enrolled[];
  readonly statuses: readonly HostStatus[];
  readonly announced: readonly Stored[];
}

/** The newest of each tier that has one. */
const newestByTier = (lines: readonly StatusLine[]): ReadonlyMap<Tier | undefined, Newest> => {
  const tiers = [...new Set(lines.map(({ tier }) => tier))];
  const found = tiers.map((tier) => [tier, newestOf(lines.filter((line) => line.tier === tier))] as const);
  return new Map(found.flatMap(([tier, newest]) => (newest === undefined ? [] : [[tier, newest] as const])));
};

/** Every host that is enrolled, and, if wanted, those that the log tells of and are not any more. */
export const statusLines = (found: Found, wantsFormer: boolean): readonly StatusLine[] => {
  const { enrolled, statuses, announced } = found;
  const known = new Map(statuses.map((status) => [status.host, status]));
  const names = new Set(enrolled.map(({ hostname }) => hostname));
  const former = statuses.filter(({ host }) => wantsFormer && !names.has(host)).map(formerPlace);
  const lines = [...enrolled.map(enrolledPlace), ...former].map((place) =>
    undrifted(place, known.get(place.host), announced),
  );
  const newest = newestByTier(lines);
  return lines
    .map((line) => {
      const of = newest.get(line.tier);
      return of === undefined ? line : { ...line, drift: driftOf(line, of) };
    })
    .sort((a, b) => byText(a.tier ?? "", b.tier ?? "") || byText(a.host, b.host));
};
