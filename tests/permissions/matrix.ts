/**
 * Everybody tries every act. What comes of it must be exactly what the act says: works, fails or denied. Then the log is
 * looked at: its settings, its consumers and its records are what the acts that work have made, and nothing else.
 */
import { createHash } from "node:crypto";
import { errors } from "nats";
import { newKey } from "../../lib/nats/new-key.ts";
import { userKey } from "../../lib/nats/user-key.ts";
import type { Act } from "./act.ts";
import { acts } from "./acts.ts";
import type { Client, Outcome } from "./client.ts";
import { names } from "./fleet.ts";
import type { ProofWorld, Stage } from "./world.ts";

export interface Check {
  readonly who: string;
  readonly act: Pick<Act, "group" | "name">;
  readonly want: string;
  readonly got: string;
}

export const isWrong = ({ want, got }: Check): boolean => want !== got;

export const wanted = ({ by, vain }: Act, who: string): Outcome => {
  if (by.includes(who)) return "works";
  return vain.includes(who) ? "fails" : "denied";
};

/** Everything that NATS lets this identity do. */
export const neededBy = (who: string): readonly Act[] => acts.filter(({ by }) => by.includes(who));

const tryAll = async (who: string, client: Client, stage: Stage): Promise<readonly Check[]> => {
  const checks: Check[] = [];
  for (const act of acts.filter(({ spared }) => !spared.includes(who))) {
    checks.push({ who, act, want: wanted(act, who), got: await act.run(client, stage) });
  }
  return checks;
};

/** Who has no key that the server knows does not even come to try. */
const knock = async (world: ProofWorld, who: string, key: Parameters<ProofWorld["clientWith"]>[1]): Promise<Check> => {
  const act = { group: "the server", name: "connect" } as const;
  try {
    await world.clientWith(who, key);
    return { who, act, want: "denied", got: "works" };
  } catch (thrown) {
    const got = thrown instanceof errors.AuthorizationError ? "denied" : String(thrown);
    return { who, act, want: "denied", got };
  }
};

interface LogState {
  readonly settings: string;
  readonly consumers: string;
  readonly subjects: readonly string[];
}

const digest = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);

const streams = { HD_AUDIT: "the log", HD_ALERTS: "the stream of alerts" } as const;
type StreamName = keyof typeof streams;
const streamNames = ["HD_AUDIT", "HD_ALERTS"] as const;

const streamOf = (subject: string): StreamName => (subject.startsWith("hd.alert.") ? "HD_ALERTS" : "HD_AUDIT");

const stateOf = async ({ manager }: Stage, stream: StreamName): Promise<LogState> => {
  const { config, state } = await manager.streams.info(stream);
  const consumers: unknown[] = [];
  for await (const one of manager.consumers.list(stream)) consumers.push([one.name, one.created, one.config]);
  const subjects: string[] = [];
  for (let seq = 1; seq <= state.last_seq; seq++) {
    subjects.push((await manager.streams.getMessage(stream, { seq }))?.subject ?? `${seq} is gone`);
  }
  return { settings: digest(config), consumers: digest(consumers.toSorted()), subjects };
};

interface Change {
  readonly stream: StreamName;
  readonly before: LogState;
  readonly after: LogState;
}

/** A stream before and after, and what the acts that work for somebody had to add in between. */
const lookedAfter = ({ stream, before, after }: Change, checks: readonly Check[], stage: Stage): readonly Check[] => {
  const stored = new Map(acts.map(({ name, stores }) => [name, stores]));
  const made = checks.flatMap(({ act, want }) => (want === "works" ? (stored.get(act.name) ?? []) : []));
  const check = (name: string, want: string, got: string): Check => ({
    who: "everyone",
    act: { group: "the log itself", name: `${streams[stream]}: ${name}` },
    want,
    got,
  });
  const list = (subjects: readonly string[]): string =>
    subjects
      .filter((subject) => streamOf(subject) === stream)
      .toSorted()
      .join(" ");
  const added = list(after.subjects.slice(before.subjects.length));
  return [
    check("settings afterwards", before.settings, after.settings),
    check("consumers afterwards", before.consumers, after.consumers),
    check("old records afterwards", list(before.subjects), list(after.subjects.slice(0, before.subjects.length))),
    check("new records", list([...made, ...stage.recorded]), added),
  ];
};

/** What there is to read: one record of each kind. */
const firstRecords = [
  "hd.req.alice.prod.web1",
  ...["prod.web1", "prod.web2", "test.lab1", "build.forge", "build.other"].map((at) => `hd.res.${at}.completed`),
  "hd.alert.fired.failed.r1",
];

export const prove = async (world: ProofWorld): Promise<readonly Check[]> => {
  const { stage } = world;
  for (const subject of firstRecords) await stage.nc.request(subject, "{}");
  const before = await Promise.all(streamNames.map((stream) => stateOf(stage, stream)));
  const checks: Check[] = [];
  for (const who of names) checks.push(...(await tryAll(who, await world.client(who), stage)));
  checks.push(await knock(world, "stranger", userKey(newKey().seed)), await knock(world, "anonymous", undefined));
  const ends: Check[] = [];
  for (const [n, stream] of streamNames.entries()) {
    const change = { stream, before: before[n] as LogState, after: await stateOf(stage, stream) };
    ends.push(...lookedAfter(change, checks, stage));
  }
  return [...checks, ...ends];
};
