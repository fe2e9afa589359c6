/**
 * Reads who there is: everyone whom the log keeps a place for or who answers the live question, away ones too, with what each
 * announced last. What a host announced is looked up while the others answer, and is missed by nobody who only wants to know who
 * is there.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { Bus, Enrolled, Stored } from "../../lib/router/ports.ts";
import { seenOf } from "../../streams/presences.ts";
import { byText } from "../print/by-text.ts";
import { announcedBy } from "../work/announced.ts";
import { ask, type Question } from "./ask.ts";
import { type HostLine, hostLine } from "./host-line.ts";

/** How long an answer may take; a listener answers within a few milliseconds, wherever it is. */
const answerMs = 500;

type Say = (sentence: string) => void;

const byPlace = (a: HostLine, b: HostLine): number => byText(a.tier ?? "", b.tier ?? "") || byText(a.host, b.host);

const linesOf = async (
  { log }: Bus,
  enrolled: readonly Enrolled[],
  { answers }: Question,
  announced: readonly Stored[],
) => {
  const byName = new Map(enrolled.map((host) => [host.hostname, host]));
  const names = [...new Set([...byName.keys(), ...answers.keys()])];
  const lines: HostLine[] = [];
  const ofOne = (name: HostName) =>
    hostLine(log, name, { enrolled: byName.get(name), info: answers.get(name), seen: seenOf(announced, name) });
  for (const line of await Promise.all(names.map(ofOne))) {
    if (isLeft(line)) return line;
    lines.push(line.right);
  }
  return right(lines.sort(byPlace));
};

const askAll = async (bus: Bus, question: Question, say: Say): Promise<Either<Failure, readonly HostLine[]>> => {
  const enrolled = await bus.roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const [announced] = await Promise.all([
    announcedBy(bus, enrolled.right, say),
    question.until(enrolled.right.filter(({ present }) => present).map(({ hostname }) => hostname)),
  ]);
  return linesOf(bus, enrolled.right, question, announced);
};

export interface HostsQuestion {
  /** What listeners answer on. */
  readonly discoverSubject: string;
  /** Is told what is missing from the answer. */
  readonly say: Say;
}

export const readHosts = async (
  bus: Bus,
  { discoverSubject, say }: HostsQuestion,
): Promise<Either<Failure, readonly HostLine[]>> => {
  const question = ask(bus.live, { deadlineMs: answerMs, subject: discoverSubject });
  const lines = await askAll(bus, question, say);
  question.stop();
  return lines;
};
