/**
 * The pages of the history, one after the other, are the whole history that matches, each row once: for any log and any
 * query, on servers that count and on those that do not.
 */
import * as fc from "fast-check";
import { isLeft, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type HistoryLog, history } from "../../streams/history.ts";
import { type HistoryQuery, matches } from "../../streams/history-query.ts";
import {
  type HistoryRow,
  rowOfRequest,
  rowOfResponse,
  rowOfUnreadable,
  withRequest,
} from "../../streams/history-row.ts";
import { type LogRecord, readRecord } from "../../streams/records.ts";
import { event, store, storeResponse } from "../cli/support/fleet.ts";
import { hostName, noonMs, requester, requestId, role, tier } from "../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/history-pages");

const hostsOf: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "prod.web1": [["prod", "web1"]],
  "prod.web2": [["prod", "web2"]],
  "test.lab1": [["test", "lab1"]],
  "prod.gone": [],
  "prod.all": [
    ["prod", "web1"],
    ["prod", "web2"],
  ],
  "prod.role.web": [
    ["prod", "web1"],
    ["prod", "web2"],
  ],
};

type Step =
  | {
      readonly kind: "ask";
      readonly by: string;
      readonly target: string;
      readonly action: string;
      readonly freeze: boolean;
    }
  | { readonly kind: "answer"; readonly which: number; readonly ends: boolean; readonly well: boolean }
  | { readonly kind: "junk"; readonly subject: string; readonly body: string };

const ask: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("ask" as const),
  by: fc.constantFrom("alice", "alice", "bob"),
  target: fc.constantFrom(...Object.keys(hostsOf)),
  action: fc.constantFrom("switch", "switch", "boot"),
  freeze: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});
const answer: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("answer" as const),
  which: fc.nat(),
  ends: fc.boolean(),
  well: fc.boolean(),
});
const junk: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("junk" as const),
  subject: fc.constantFrom("hd.res.prod.web1.completed", "hd.res.x", "hd.req.alice.prod.web1", "hd.req.alice.prod"),
  body: fc.constantFrom("no JSON", "{}", '{"hostname":"web1","status":"completed","error":null,"message":"done"}'),
});
const steps = fc.array(
  fc.oneof({ weight: 3, arbitrary: ask }, { weight: 9, arbitrary: answer }, { weight: 1, arbitrary: junk }),
  { minLength: 0, maxLength: 400, size: "max" },
);

const sometimes = <A>(...values: readonly A[]): fc.Arbitrary<A | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...values) });

const queries: fc.Arbitrary<HistoryQuery> = fc.record({
  limit: fc.integer({ min: 1, max: 12 }),
  host: sometimes("web1", "web2", "lab1", "gone").map((name) => (name === undefined ? undefined : hostName(name))),
  tier: sometimes("prod", "test").map((name) => (name === undefined ? undefined : tier(name))),
  role: sometimes("web").map((name) => (name === undefined ? undefined : role(name))),
  requester: sometimes("alice", "bob").map((name) => (name === undefined ? undefined : requester(name))),
  status: sometimes("waiting", "unreadable", "failed", "completed", "started", "applied"),
  action: sometimes("switch", "boot", "freeze"),
  sinceMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    fc.nat({ max: 400 }).map((n) => noonMs + n * 1_000),
  ),
  untilMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    fc.nat({ max: 600 }).map((n) => noonMs + n * 1_000),
  ),
});

interface Open {
  readonly seq: number;
  readonly id: string;
  readonly by: string;
  readonly freeze: boolean;
  readonly tier: string;
  readonly host: string;
}

type Kind<K extends Step["kind"]> = Extract<Step, { readonly kind: K }>;

const asked = async (log: MemoryLog, id: string, step: Kind<"ask">): Promise<readonly Open[]> => {
  const { by, target, action, freeze } = step;
  const body = freeze ? { reason: "x", id } : { revision: "main", action, id };
  const { seq } = await store(log, `hd.req.${by}.${target}${freeze ? ".freeze" : ""}`, body);
  return (hostsOf[target] ?? []).map(([of, host]) => ({ seq, id, by, freeze, tier: of, host }));
};

const endOf = ({ freeze }: Open, well: boolean): "applied" | "completed" | "failed" => {
  if (freeze) return "applied";
  return well ? "completed" : "failed";
};

const answered = async (log: MemoryLog, open: Open, { ends, well }: Kind<"answer">): Promise<void> => {
  const about = { id: requestId(open.id), request_seq: open.seq, requester: requester(open.by) };
  const status = ends ? endOf(open, well) : "started";
  const control = open.freeze ? { control: "freeze" as const } : {};
  await storeResponse(log, event(open.host, { status, ...about, ...control }), open.tier);
};

/** What is open after a step. */
const taken = async (log: MemoryLog, open: readonly Open[], step: Step): Promise<readonly Open[]> => {
  if (step.kind === "junk") await store(log, step.subject, step.body);
  if (step.kind === "ask") return [...open, ...(await asked(log, `q${log.records.length}`, step))];
  const one = step.kind === "answer" ? open[step.which % Math.max(1, open.length)] : undefined;
  if (step.kind !== "answer" || one === undefined) return open;
  await answered(log, one, step);
  return step.ends ? open.filter((other) => other !== one) : open;
};

const logOf = async (all: readonly Step[]): Promise<MemoryLog> => {
  const log: MemoryLog = memoryLog({ now: () => noonMs + log.records.length * 1_000 });
  let open: readonly Open[] = [];
  for (const step of all) open = await taken(log, open, step);
  return log;
};

/** A response takes the place of the request and of what its host said before. */
const told = (rows: Map<string, HistoryRow>, record: LogRecord): Map<string, HistoryRow> => {
  if (record.kind === "unreadable") return rows.set(`${record.seq}`, rowOfUnreadable(record));
  if (record.kind === "request") return rows.set(`${record.seq}`, rowOfRequest(record));
  if (record.kind !== "response") return rows;
  const { request_seq: seq } = record.event;
  rows.delete(`${seq}`);
  return rows.set(seq === undefined ? `${record.seq}` : `${seq} ${record.host}`, rowOfResponse(record));
};

/** By the definition, from all records at once. */
const naive = ({ records }: MemoryLog, query: HistoryQuery): readonly HistoryRow[] => {
  const all = records.map(readRecord);
  const requests = new Map(all.flatMap((one) => (one.kind === "request" ? [[one.seq, rowOfRequest(one)]] : [])));
  const whole = (row: HistoryRow): HistoryRow => {
    const request = requests.get(row.requestSeq ?? 0);
    return request === undefined ? row : withRequest(row, request);
  };
  const rows = [...all.reduce(told, new Map<string, HistoryRow>()).values()].map(whole);
  return rows.filter((row) => matches(query, row)).sort((a, b) => b.seq - a.seq);
};

const paged = async (log: HistoryLog, query: HistoryQuery): Promise<readonly HistoryRow[]> => {
  const rows: HistoryRow[] = [];
  for (let before: number | undefined; ; ) {
    const page = await history(log)({ ...query, before })();
    if (isLeft(page)) throw new Error(page.left.message);
    assert.ok(page.right.rows.length <= query.limit);
    assert.ok(page.right.complete);
    rows.push(...page.right.rows);
    const { nextBefore } = page.right;
    if (nextBefore === undefined) return rows;
    assert.ok(before === undefined || nextBefore < before, "it goes on");
    before = nextBefore;
  }
};

const old = (log: HistoryLog): HistoryLog => ({ ...log, count: () => async () => right(undefined) });

const brief = ({ seq, status, host, address, id, requester: by, action, verb }: HistoryRow) =>
  JSON.stringify({ seq, status, host, address, id, by, action, verb });

for (const [name, server] of [
  ["counts", (log: HistoryLog) => log],
  ["does not count", old],
] as const) {
  test(`pages are the whole history, once, on a server that ${name}`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.array(queries, { minLength: 1, maxLength: 4 }), async (all, asked) => {
        const log = await logOf(all);
        for (const query of asked)
          assert.equal((await paged(server(log.bus().log), query)).map(brief), naive(log, query).map(brief));
      }),
      { numRuns: 15 },
    );
  });
}

test.run();
