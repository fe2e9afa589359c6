/** What an alert says in one line. Every word of it is ours: what a host or a requester wrote stays in the details. */
import { type Address, shortAddress } from "../../lib/contract/address.ts";
import { placeOf } from "../../lib/contract/alert.ts";
import { failures, isFailureCode } from "../../lib/contract/failure.ts";
import { plain } from "../../lib/contract/plain.ts";
import type { Status } from "../../lib/contract/values.ts";
import type { ResponseRecord } from "../records.ts";

const titleLength = 200;

const did: Readonly<Record<Status, string>> = {
  accepted: "accepted",
  rejected: "rejected",
  started: "began",
  completed: "completed",
  failed: "failed",
  applied: "applied",
};

const meaningOf = (code: string): string => (isFailureCode(code) ? failures[code].meaning : code);

const whyOf = ({ event: { error, cause } }: ResponseRecord): string => {
  if (error === null) return "";
  return cause === undefined ? `: ${meaningOf(error)}` : `: ${meaningOf(cause)}; ${meaningOf(error)}`;
};

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

const didAll = (records: readonly ResponseRecord[]): string =>
  distinct(records.map(({ status }) => did[status])).join(" or ");

/** Only where it is the same for all. */
const whyAll = (records: readonly ResponseRecord[]): string => {
  const [why = "", ...others] = distinct(records.map(whyOf));
  return others.length === 0 ? why : "";
};

const lengthOf = (ms: number): string =>
  ms < 60_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;

const whatOf = ({ status, event: { phase, action = "switch", elapsed_ms } }: ResponseRecord): string => {
  if (status === "started" && phase) return ` to ${phase}`;
  if (status !== "completed") return "";
  return elapsed_ms === undefined ? ` ${action}` : ` ${action} after ${lengthOf(elapsed_ms)}`;
};

const placeIn = ({ tier, host }: ResponseRecord): string => placeOf(tier, host);

export const titleOfOne = (record: ResponseRecord): string =>
  plain(`${placeIn(record)} ${did[record.status]}${whatOf(record)}${whyOf(record)}`, titleLength);

/** `of`: how many answered. */
export const titleOfMany = (records: readonly ResponseRecord[], address: Address, of: number): string => {
  const count = distinct(records.map(({ host }) => host)).length;
  const who = `${count} of ${of} hosts of ${shortAddress(address)}`;
  return plain(`${who} ${didAll(records)}${whyAll(records)}`, titleLength);
};

/** Of so many within a time. */
export const titleOfTimes = (records: readonly ResponseRecord[], withinMs: number): string => {
  const hosts = distinct(records.map(placeIn));
  const who = hosts.length === 1 ? hosts[0] : `${hosts.length} hosts`;
  return plain(
    `${records.length} times in ${lengthOf(withinMs)}: ${who} ${didAll(records)}${whyAll(records)}`,
    titleLength,
  );
};

export const titleOfRecovery = (records: readonly ResponseRecord[], address: Address | undefined): string => {
  const [first, ...others] = distinct(records.map(placeIn));
  if (others.length === 0 || address === undefined) return plain(`${first} succeeded again`, titleLength);
  return plain(`${others.length + 1} hosts of ${shortAddress(address)} succeeded again`, titleLength);
};
