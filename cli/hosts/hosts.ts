/** `hd hosts`: everyone whom the log keeps a place for or who answers the live question, away ones too. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Bus, Enrolled } from "../../lib/router/ports.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { byText } from "../print/by-text.ts";
import { whole, writeList } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { ask, type Question } from "./ask.ts";
import { type HostLine, hostLine } from "./host-line.ts";
import { hostTable } from "./host-table.ts";
import type { Deployed } from "./what-runs.ts";

/** How long an answer may take; a listener answers within a few milliseconds, wherever it is. */
const answerMs = 500;

const byPlace = (a: HostLine, b: HostLine): number => byText(a.tier ?? "", b.tier ?? "") || byText(a.host, b.host);

const linesOf = async ({ log }: Bus, enrolled: readonly Enrolled[], { answers }: Question) => {
  const byName = new Map(enrolled.map((host) => [host.hostname, host]));
  const names = [...new Set([...byName.keys(), ...answers.keys()])];
  const lines: HostLine[] = [];
  for (const line of await Promise.all(names.map((name) => hostLine(log, name, byName.get(name), answers.get(name))))) {
    if (isLeft(line)) return line;
    lines.push(line.right);
  }
  return right(lines.sort(byPlace));
};

const askAll = async (bus: Bus, question: Question): Promise<Either<Failure, readonly HostLine[]>> => {
  const enrolled = await bus.roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  await question.until(enrolled.right.filter(({ present }) => present).map(({ hostname }) => hostname));
  return linesOf(bus, enrolled.right, question);
};

const runsDocument = ({ action, commit, revision, requester, atMs }: Deployed): object =>
  whole({ action, commit, revision, requester, since: new Date(atMs).toISOString() });

const documentOf = ({ lastCompleted, runs, doing, deploying, tier, version, ...line }: HostLine): object =>
  whole({
    ...{ ...line, tier, version, deploying, doing: doing?.event },
    runs: runs && runsDocument(runs),
    last_completed: lastCompleted?.event,
  });

const print = ({ stdout, env, now }: CliEnv, form: OutputForm, lines: readonly HostLine[]): void => {
  if (form !== "table") {
    writeList(stdout, form, { kind: "Hosts", key: "hosts", items: lines.map(documentOf) });
    return;
  }
  const width = stdout.isTTY ? stdout.size().columns : undefined;
  stdout.write(hostTable(lines, { paint: paintFor(stdout, env), width, nowMs: now() }));
};

export interface HostsArgs {
  readonly form: OutputForm;
  readonly discoverSubject: string;
}

export const hosts = (cli: CliEnv, connection: Connection, { form, discoverSubject }: HostsArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const question = ask(bus.live, { deadlineMs: answerMs, subject: discoverSubject });
    const lines = await askAll(bus, question);
    question.stop();
    if (isLeft(lines)) return lines;
    print(cli, form, lines.right);
    return right(exits.done);
  });
