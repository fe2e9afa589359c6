/** What hosts run as of a place in the log: what each ending means, and that reading back finds what reading on would. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseResponseSubject } from "../../lib/contract/address.ts";
import type { DeployEvent } from "../../lib/contract/deploy-event.ts";
import type { FailureCode } from "../../lib/contract/failure.ts";
import type { Phase } from "../../lib/contract/values.ts";
import type { Stored } from "../../lib/router/ports.ts";
import { after, effectOf, type HostState, untold } from "../../streams/host-state.ts";
import { type LogRecord, readRecord } from "../../streams/records.ts";
import { type HostStatus, statusAt } from "../../streams/status.ts";
import { completed, errorCode, event, store, storeResponse } from "../cli/support/fleet.ts";
import { rightOf } from "../support/either.ts";
import { commit, storePath } from "../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/status");

const at = async (log: MemoryLog, seq = log.records.length): Promise<readonly HostStatus[]> =>
  rightOf(await statusAt(log.bus().log, seq)());

const of = async (log: MemoryLog, host: string, seq?: number): Promise<HostState> => {
  const found = (await at(log, seq)).find((one) => one.host === host);
  return found?.state ?? untold;
};

/** `a put there`, `a put there, since 4`, `unknown after 3, before: …`, `nothing`. */
const told = (part: HostState["runs"]): string => {
  if (part.is === "unknown") return `unknown after ${part.since.seq}, before: ${told(part.before)}`;
  if (part.is !== "system") return part.is;
  return `${part.closure?.slice(44)} since ${part.since.seq} by ${part.by?.seq ?? "nobody"} gen ${part.generation ?? "-"}`;
};

const both = ({ runs, boots }: HostState): string => `${told(runs)} | ${told(boots)}`;

type Changes = Partial<Omit<DeployEvent, "phase">>;

const put = (name: string, generation: number, changes: Changes = {}): DeployEvent =>
  completed("web1", { closure: storePath(name), generation, ...changes });

const fails = (error: FailureCode, phase: Phase | null, changes: Changes = {}): DeployEvent =>
  event("web1", { status: "failed", error: errorCode(error), phase, ...changes });

const back = (name: string, changes: Changes = {}) =>
  fails("rolled_back", "rollback", { previous: storePath(name), closure: storePath("bad"), ...changes });

const [a, b] = [put("a", 1), put("b", 2)];
const A = "a since 1 by 1 gen 1";
const B = "b since 2 by 2 gen 2";

const cases: readonly (readonly [string, readonly DeployEvent[], string])[] = [
  ["a switch", [a], `${A} | ${A}`],
  ["the newest of two", [a, b], `${B} | ${B}`],
  ["a trial", [a, put("b", 2, { action: "dry-activate" })], `${A} | ${A}`],
  ["a trial alone", [put("b", 2, { action: "dry-activate" })], "nothing | nothing"],
  ["a trial that failed", [a, fails("activation_failed", "activate", { action: "dry-activate" })], `${A} | ${A}`],
  ["boot", [a, put("b", 2, { action: "boot" })], `${A} | ${B}`],
  ["test", [a, put("b", 1, { action: "test" })], `b since 2 by 2 gen - | ${A}`],
  [
    "test, then boot",
    [put("a", 1, { action: "test" }), put("b", 2, { action: "boot" })],
    `a since 1 by 1 gen - | ${B}`,
  ],
  ["a build that failed", [a, fails("build_failed", "build")], `${A} | ${A}`],
  ["a job that never began", [a, fails("interrupted", null)], `${A} | ${A}`],
  [
    "a job that nobody knows of how far it came",
    [a, fails("interrupted", "build")],
    `unknown after 2, before: ${A} | unknown after 2, before: ${A}`,
  ],
  [
    "an activation that failed",
    [a, fails("activation_failed", "activate")],
    `unknown after 2, before: ${A} | unknown after 2, before: ${A}`,
  ],
  [
    "two of them: what was known is from before the first",
    [a, fails("activation_failed", "activate"), fails("timeout", "verify")],
    `unknown after 3, before: ${A} | unknown after 3, before: ${A}`,
  ],
  [
    "a boot that failed left what runs as it was",
    [a, fails("activation_failed", "activate", { action: "boot" })],
    `${A} | unknown after 2, before: ${A}`,
  ],
  [
    "a test that failed left what will boot as it was",
    [a, fails("activation_failed", "activate", { action: "test" })],
    `unknown after 2, before: ${A} | ${A}`,
  ],
  ["a rollback to what ran before", [a, back("a")], `${A} | ${A}`],
  ["a rollback tells the generation", [a, back("a", { generation: 3 })], "a since 1 by 1 gen 3 | a since 1 by 1 gen 3"],
  ["a rollback to what was to boot", [a, put("b", 1, { action: "test" }), back("a")], `a since 3 by 1 gen 1 | ${A}`],
  [
    "a rollback of a boot leaves what runs",
    [a, put("b", 1, { action: "test" }), back("a", { action: "boot" })],
    `b since 2 by 2 gen - | ${A}`,
  ],
  [
    "a rollback to what the log does not know",
    [a, back("hand", { generation: 5 })],
    "hand since 2 by nobody gen 5 | hand since 2 by nobody gen 5",
  ],
  [
    "a rollback to what was known before it was unknown",
    [a, fails("rollback_failed", "rollback"), back("a")],
    "a since 3 by 1 gen 1 | a since 3 by 1 gen 1",
  ],
  [
    "a rollback that failed",
    [a, fails("rollback_failed", "rollback")],
    `unknown after 2, before: ${A} | unknown after 2, before: ${A}`,
  ],
  [
    "what is deployed after it is known",
    [a, fails("rollback_failed", "rollback"), put("b", 2)],
    "b since 3 by 3 gen 2 | b since 3 by 3 gen 2",
  ],
  ["an answer to control that lies", [a, put("b", 2, { control: "freeze" })], `${A} | ${A}`],
];

for (const [name, events, expected] of cases) {
  test(name, async () => {
    const log = memoryLog();
    for (const one of events) await storeResponse(log, one);
    assert.is(both(await of(log, "web1")), expected);
  });
}

test("a failure that says no phase may have been in any", async () => {
  const log = memoryLog();
  await storeResponse(log, a);
  const { phase: _, ...plain } = fails("timeout", null);
  await storeResponse(log, plain);
  assert.is(both(await of(log, "web1")), `unknown after 2, before: ${A} | unknown after 2, before: ${A}`);
});

test("what decides may be far back, and below other endings", async () => {
  const log = memoryLog();
  const pause = async () => {
    for (let n = 0; n < 600; n += 1) await storeResponse(log, event("web2", { status: "started" }));
  };
  await storeResponse(log, a);
  for (const action of ["boot", "dry-activate"] as const) {
    await pause();
    for (let n = 0; n < 90; n += 1) await storeResponse(log, put(action, n, { action }));
  }
  await pause();
  await storeResponse(log, fails("build_failed", "build"));
  assert.is(both(await of(log, "web1")), `${A} | boot since 691 by 691 gen 89`);
});

test("a record that cannot be read hides nothing", async () => {
  const log = memoryLog();
  await storeResponse(log, a);
  await store(log, "hd.res.prod.web1.completed", "no JSON");
  assert.is(both(await of(log, "web1")), `${A} | ${A}`);
  assert.is((await at(log))[0]?.newest, undefined);
});

test("a host that was moved to another tier is one host", async () => {
  const log = memoryLog();
  await storeResponse(log, a, "test");
  await storeResponse(log, fails("build_failed", "build"), "prod");
  const [host, ...more] = await at(log);
  assert.equal([host?.tier, more.length], ["prod", 0]);
  assert.is(host && both(host.state), `${A} | ${A}`);
});

test("nothing was there before the first record", async () => {
  const log = memoryLog();
  await storeResponse(log, a);
  assert.equal(await at(log, 0), []);
});

/** The same, by reading every record from the first on. */
const naive = (records: readonly Stored[], upTo: number): ReadonlyMap<string, HostState> => {
  const states = new Map<string, HostState>();
  for (const stored of records.slice(0, upTo)) {
    const { host, status } = parseResponseSubject(stored.subject) ?? {};
    if (host === undefined || (status !== "completed" && status !== "failed")) continue;
    states.set(host, next(states.get(host) ?? untold, readRecord(stored)));
  }
  return states;
};

const next = (known: HostState, record: LogRecord): HostState => {
  const effect = record.kind === "response" ? effectOf(record) : undefined;
  return effect === undefined ? known : after(known, effect);
};

const anySystem = fc.constantFrom("a", "b", "c").map(storePath);
const anyAction = fc.constantFrom("switch", "boot", "test", "dry-activate", undefined);
const anyEnding = fc.record({
  status: fc.constantFrom("completed", "failed"),
  host: fc.constantFrom("web1", "web2", "db1"),
  tier: fc.constantFrom("prod", "prod", "test"),
  action: anyAction,
  closure: anySystem,
  previous: fc.option(anySystem, { nil: undefined }),
  generation: fc.option(fc.nat(9), { nil: undefined }),
  phase: fc.constantFrom("resolve", "build", "activate", "verify", "rollback", null, undefined),
  error: fc.constantFrom("rolled_back", "rolled_back", "build_failed", "interrupted", "rollback_failed", "timeout"),
  /** What stands between this ending and the next one. */
  noise: fc.constantFrom(0, 0, 1, 40),
  readable: fc.nat(9).map((n) => n > 0),
});

type AnyEnding = typeof anyEnding extends fc.Arbitrary<infer A> ? A : never;

const storeEnding = async (log: MemoryLog, { host, tier, noise, readable, error, ...fields }: AnyEnding) => {
  const failed = fields.status === "failed" ? { error, commit: commit("3") } : { error: null, commit: commit("4") };
  const body = { hostname: host, message: "x", ...fields, ...failed };
  await store(log, `hd.res.${tier}.${host}.${fields.status}`, readable ? body : "no JSON");
  for (let n = 0; n < noise; n += 1) await storeResponse(log, event(host, { status: "started" }), tier);
};

const sorted = (states: Iterable<readonly [string, HostState]>) => [...states].sort(([x], [y]) => (x < y ? -1 : 1));

test("as of every place, reading back finds what reading on from the first record finds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEnding, { maxLength: 30 }), async (endings) => {
      const log = memoryLog();
      for (const ending of endings) await storeEnding(log, ending);
      for (let seq = 0; seq <= log.records.length; seq += 1) {
        const found = (await at(log, seq)).map(({ host, state }) => [host, state] as const);
        assert.equal(sorted(found), sorted(naive(log.records, seq)));
      }
    }),
    { numRuns: 60 },
  );
});

test.run();
