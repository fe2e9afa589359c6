/**
 * Puts the requests of a record to hosts that only decide, and compares what each says now with what it said then. A host reads
 * a request where the record has its first answer to it: so of requests that waited the order is the recorded one, and all
 * that came between was known to it. Memory holds what has not been answered yet, and where each request went.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { HostIdentity } from "../lib/contract/template.ts";
import type { Stored } from "../lib/router/ports.ts";
import type { Answer, Stage } from "../lib/router/rehearsal.ts";
import { type RequestRecord, type ResponseRecord, readRecord, type UnreadableRecord } from "./records.ts";
import type { Source } from "./rehearsal-source.ts";
import { nameOf, survey } from "./rehearsal-survey.ts";
import { type Player, type Theatre, theatreOf, type Waiting } from "./rehearsal-theatre.ts";
import { notAskedAgain, recordedAnswer, unexplained, type Verdict, verdictOn } from "./rehearsal-verdict.ts";

/** One request at one host. */
export interface RehearsedRow extends Verdict {
  readonly request: RequestRecord;
  readonly host: HostIdentity;
  readonly recorded: Answer;
  /** `undefined`: it was not put to the host. */
  readonly now: Answer | undefined;
}

export interface Rehearsal {
  /** In the order in which the hosts decided; what nobody decided comes last. */
  readonly row: (row: RehearsedRow) => void;
  /** It is none of ours. */
  readonly passedOver: (record: UnreadableRecord) => void;
}

export interface RehearsalOptions {
  /** These, with these roles, and no others; none: those that the record knows, as they were. */
  readonly hosts: readonly HostIdentity[];
  readonly isChecking: boolean;
}

export interface Rehearsed {
  readonly hosts: number;
  readonly requests: number;
  /** Of the requests, those that were asked of no host of the rehearsal. */
  readonly unaddressed: number;
  /** Sequence of the first record; 0: there is none. */
  readonly first: number;
}

/** For how long a host may take to decide: within it, it read the request when it was stored. */
const promptMs = 10_000;

const readAt = ({ atMs }: Stored, response: ResponseRecord): number =>
  response.atMs - atMs > promptMs || response.event.error === "expired" ? response.atMs : atMs;

/** How a request is read that nothing is recorded of. */
const atOnce = { lasts: false, notEnded: undefined, binds: true };

const notAsked: Answer = { decision: "not addressed", code: undefined, message: "it was not asked of this host" };
const unanswered: Answer = { decision: "no answer", code: undefined, message: "there is no answer of this host" };

interface Play extends Rehearsal {
  readonly theatre: Theatre;
  readonly isChecking: boolean;
  readonly first: number;
}

const askAgain = async (
  { first }: Play,
  { rehearsed, world }: Player,
  { stored, request }: Waiting,
  response: ResponseRecord,
): Promise<Verdict & { readonly now: Answer }> => {
  const recorded = recordedAnswer(response);
  const atMs = readAt(stored, response);
  const lasts = response.status === "accepted" || response.status === "started";
  const wasBusy = recorded.code === "busy" && world.underWay() === undefined;
  const notEnded = wasBusy ? world.endedSince(stored.seq) : undefined;
  const circumstances = { request, recorded, world, atMs, notEnded, first };
  const why = unexplained(circumstances);
  const now = await rehearsed.judge(stored, { atMs, lasts, notEnded, binds: why === undefined });
  return { now, ...verdictOn(circumstances, now, why) };
};

/** False: what was recorded holds for what comes, whatever the host said now. */
const atFirstAnswer = async (
  play: Play,
  player: Player,
  waiting: Waiting,
  response: ResponseRecord,
): Promise<boolean> => {
  const { request } = waiting;
  const common = { request, host: player.host, recorded: recordedAnswer(response) };
  const why = notAskedAgain(request, common.recorded, play.isChecking);
  const told: Omit<RehearsedRow, keyof typeof common> =
    why === undefined
      ? await askAgain(play, player, waiting, response)
      : { now: undefined, verdict: "not reproducible", why };
  play.row({ ...common, ...told });
  return told.verdict !== "not reproducible";
};

/** A host that did not serve the address then has no answer in the record, and reads the request at once. */
const onRequest = async (play: Play, stored: Stored, request: RequestRecord): Promise<boolean> => {
  const players = play.theatre.byAddress.get(request.address) ?? [];
  for (const { host, rehearsed, waiting, served } of players) {
    if (served.has(request.address)) waiting.set(stored.seq, { stored, request });
    else {
      const now = await rehearsed.judge(stored, { ...atOnce, atMs: stored.atMs });
      play.row({ request, host, recorded: notAsked, now, verdict: "different" });
    }
  }
  return players.length > 0;
};

const onResponse = async (play: Play, response: ResponseRecord): Promise<void> => {
  const player = play.theatre.byName.get(nameOf({ tier: response.tier, hostname: response.host }));
  if (player === undefined) return;
  const { rehearsed, world, waiting } = player;
  const requestSeq = response.event.request_seq ?? 0;
  const one = waiting.get(requestSeq);
  waiting.delete(requestSeq);
  const isPlayed = one !== undefined && (await atFirstAnswer(play, player, one, response));
  for (const fact of world.take(response, one?.request, isPlayed)) rehearsed.tell(fact);
};

/** What waits at the end: a host that was away, or a record that ends before the answer. */
const atEnd = ({ row, theatre }: Play): void => {
  for (const { host, waiting } of theatre.byName.values())
    for (const { request } of waiting.values()) {
      const why = "this record has no answer of the host: it was away, or the record ends before";
      row({ request, host, recorded: unanswered, now: undefined, verdict: "not reproducible", why });
    }
};

const perform = async (source: Source, play: Play): Promise<Either<Failure, Rehearsed>> => {
  let [requests, unaddressed] = [0, 0];
  const played = await source(async (stored) => {
    const record = readRecord(stored);
    if (record.kind === "unreadable") return play.passedOver(record);
    if (record.kind === "response") return onResponse(play, record);
    // No host reads it.
    if (record.kind !== "request") return;
    requests += 1;
    if (!(await onRequest(play, stored, record))) unaddressed += 1;
  });
  if (isLeft(played)) return played;
  atEnd(play);
  return right({ hosts: play.theatre.byName.size, requests, unaddressed, first: play.first });
};

/** Reads the source twice: whoever is asked has to be known before the first request is. */
export const rehearse = async (
  source: Source,
  stage: Stage,
  { hosts, isChecking }: RehearsalOptions,
  { row, passedOver }: Rehearsal,
): Promise<Either<Failure, Rehearsed>> => {
  const surveyed = await survey(source);
  if (isLeft(surveyed)) return surveyed;
  const theatre = await theatreOf(stage, surveyed.right, hosts);
  if (isLeft(theatre)) return theatre;
  return perform(source, { theatre: theatre.right, isChecking, first: surveyed.right.first, row, passedOver });
};
