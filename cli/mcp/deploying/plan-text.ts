/** What a person is shown before saying a word: exactly what would be sent. */
import { shortAddress } from "../../../lib/contract/address.ts";
import { names } from "../../print/names.ts";
import { oneLine } from "../../print/one-line.ts";
import type { Wanted } from "./wanted.ts";

const hostsOf = ({ order: { hosts } }: Wanted): readonly string[] => hosts.map(({ hostname }) => hostname);

/** What no one has looked up is told as such. */
const revisionShown = ({ order, commit }: Wanted): string => {
  const { revision } = order.body.input;
  if (commit === undefined) return `${revision}, whatever that is when the hosts look it up`;
  return `${commit}` === revision ? revision : `${revision}, which is ${commit}`;
};

/** What a replay brings along from the request that it repeats, and nobody would expect. */
const alsoOf = ({ order }: Wanted): readonly string[] => {
  const { rollback, tolerate_units: units, replay_of: replayed } = order.body.input;
  return [
    ...(rollback ? [] : ["without going back where a host is not healthy"]),
    ...(units.length === 0 ? [] : [`units that may fail: ${names(units, units.length)}`]),
    ...(replayed === undefined ? [] : [`repeats request ${oneLine(replayed, 100)}`]),
  ];
};

const lineOf = (wanted: Wanted): string => {
  const { address, body } = wanted.order;
  const hosts = hostsOf(wanted);
  const place = `on ${shortAddress(address)}: ${names(hosts, hosts.length)}`;
  return [`${body.input.action} ${revisionShown(wanted)}`, place, ...alsoOf(wanted)].join("\n  ");
};

export interface Shown {
  readonly client: string;
  readonly tool: string;
  readonly requester: string;
}

export const planText = (all: readonly Wanted[], { client, tool, requester }: Shown): string => {
  const reasons = new Set(all.flatMap(({ order }) => order.body.input.reason ?? []));
  return [
    `${oneLine(client, 100)} asks (${tool}) to deploy as ${requester}:`,
    ...all.map(lineOf),
    ...[...reasons].map((reason) => `because, it says: ${oneLine(reason, 500)}`),
  ].join("\n");
};

/** What has to be typed: how many hosts of which tiers, so that nobody types it without having read it. */
export const phraseOf = (all: readonly Wanted[], tiers: readonly string[]): string =>
  `deploy ${new Set(all.flatMap(hostsOf)).size} ${tiers.join(" ")}`;
