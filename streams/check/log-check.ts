/**
 * Whether the log, or a copy of it in a file, is whole and true to itself: read once, from its beginning to the end that it had
 * when the reading began.
 */

import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Extent, RawRecord, RecordReader } from "../../lib/router/records.ts";
import type { Checked } from "../finding.ts";
import { pause } from "../pause.ts";
import { plural } from "../plural.ts";
import { storedOfRaw } from "../raw-stored.ts";
import { judgeHosts } from "./contradictions.ts";
import { beginning, gap, kinds } from "./kinds.ts";
import { judgeOpenEnds, type OpenEnds, type Surroundings } from "./open-ends.ts";
import { newReading, type Reading, takeRecord } from "./reading.ts";
import { type Keys, signatures } from "./signatures.ts";

export interface LogCheckOptions {
  /** What is checked, as it is called. */
  readonly name: string;
  readonly around: Surroundings;
  /** `undefined`: signatures are counted. */
  readonly keys: Keys | undefined;
  /** Of an export, which may begin anywhere, and hold no signature because it is redacted. */
  readonly exported?: { readonly redacted: boolean };
}

const noLog = (name: string): Failure =>
  failure("unaudited", `There is no ${name} on this server. Create the log with \`hd streams apply\`.`);

const lookAgainMs = 50;
const mostLooks = 20;

type Take = (record: RawRecord) => void;

const takeUpTo = (page: readonly RawRecord[], to: number, take: Take): void => {
  for (const record of page) if (record.seq <= to) take(record);
};

/** Takes all that is there; what comes next by then. While one page is looked at, the next is on its way. */
const readFrom = async (log: RecordReader, from: number, to: number, take: Take) => {
  let [next, coming] = [from, log.page(from)()];
  while (next <= to) {
    const page = await coming;
    if (isLeft(page)) return page;
    const last = page.right.at(-1)?.seq;
    if (last === undefined) break;
    next = last + 1;
    coming = log.page(next)();
    takeUpTo(page.right, to, take);
  }
  return right(next);
};

/** A replica that lags behind has the end a moment later. */
const readAll = async (log: RecordReader, { first, last }: Extent, take: Take): Promise<Either<Failure, number>> => {
  let next: Either<Failure, number> = right(Math.max(first, 1));
  for (let looks = 0; looks < mostLooks; looks++) {
    if (isLeft(next) || next.right > last) return next;
    if (looks > 0) await pause(lookAgainMs);
    next = await readFrom(log, next.right, last, take);
  }
  return next;
};

const signatureFacts = ({ counts: { worth }, signatures: { isVerifying } }: Reading): readonly string[] => {
  const signed = Object.values(worth).reduce((sum, one) => sum + one, 0) - worth.none;
  const told = `${plural(signed, "record")} signed, ${worth.none} not`;
  if (!isVerifying) return [`${told}; no signature was verified: name the keys with --trusted-keys or --fleet`];
  const strange = worth.stranger > 0 ? `, ${worth.stranger} of names without a trusted key not verified` : "";
  return [`${told}; ${worth.good} verified${strange}`];
};

const openFacts = ({ underWay, unanswered, waiting }: OpenEnds): readonly string[] => [
  ...(underWay > 0 ? [`${plural(underWay, "request")} under way`] : []),
  ...(unanswered > 0 ? [`${plural(unanswered, "request")} not answered yet, and still valid`] : []),
  ...(waiting.count > 0
    ? [`${plural(waiting.count, "request")} waiting for ${[...waiting.hosts].slice(0, 10).join(", ")}`]
    : []),
];

const factsOf = (name: string, { first, last }: Extent, reading: Reading, ends: OpenEnds): readonly string[] => {
  const { requests, responses, asks, builds, odd } = reading.counts;
  const records = `${plural(requests, "request")}, ${plural(responses, "answer")}, of ${plural(reading.hosts.size, "host")}`;
  const wishes = asks === 0 ? "" : `; ${plural(asks, "word")} about what needs a person's approval`;
  const building = builds === 0 ? "" : `; ${plural(builds, "record")} of builds`;
  return [
    last === 0 ? `${name} holds no records` : `${name} goes from ${first} to ${last}: ${records}${wishes}${building}`,
    ...signatureFacts(reading),
    ...openFacts(ends),
    ...(odd.malformed > 0
      ? [`${plural(odd.malformed, "request")} that no host can serve, which is for hosts to refuse`]
      : []),
    ...(odd.ofBefore > 0 ? [`${plural(odd.ofBefore, "answer")} to requests from before its beginning`] : []),
  ];
};

const verdictOf = (name: string, { findings }: Pick<Checked, "findings">): string => {
  if (findings.length === 0) return `${name} is whole, and every answer fits its request.`;
  return findings.some(({ isLoss }) => isLoss)
    ? `Records of ${name} are missing or altered. Keep it as it is, and compare it with a vault or an export.`
    : `${name} has every record, and not all of it is as it should be.`;
};

const begun = (first: number, keys: LogCheckOptions["keys"], exported: LogCheckOptions["exported"]): Reading => {
  const reading = newReading(first, signatures(keys), exported?.redacted === true);
  if (first > 1 && exported === undefined) reading.found.add(beginning, 1, undefined, first - 1);
  return reading;
};

export const checkLog =
  (log: RecordReader, { name, around, keys, exported }: LogCheckOptions): TaskEither<Failure, Checked> =>
  async () => {
    const extent = await log.extent()();
    if (isLeft(extent)) return extent;
    if (extent.right === undefined) return left(noLog(name));
    const { first, last } = extent.right;
    const reading = begun(first, keys, exported);
    let next = Math.max(first, 1);
    const read = await readAll(log, extent.right, (record) => {
      if (record.seq > next) reading.found.add(gap, next, undefined, record.seq - 1);
      next = record.seq + 1;
      takeRecord(reading, storedOfRaw(record));
    });
    if (isLeft(read)) return read;
    if (next <= last) reading.found.add(gap, next, undefined, last);
    const ends = judgeOpenEnds(reading, around);
    judgeHosts(reading, around);
    const findings = reading.found.findings(kinds);
    const facts = factsOf(name, extent.right, reading, ends);
    return right({ check: "log", facts, findings, verdict: verdictOf(name, { findings }) });
  };
