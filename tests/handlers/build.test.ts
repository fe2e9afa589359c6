/** What a builder makes of an order, by plain calls: which hosts, how many at once, and what it says of them. */
import fc from "fast-check";
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { handleBuild } from "../../handlers/build.ts";
import { chosenHosts } from "../../handlers/build-hosts.ts";
import type { BuildOrder } from "../../handlers/build-order.ts";
import { fitting, type Said } from "../../handlers/build-records.ts";
import { BuildEvent, type BuiltHost } from "../../lib/contract/build-event.ts";
import type { BuildLimits } from "../../lib/contract/builder-options.ts";
import { failure } from "../../lib/contract/failure.ts";
import { maxRecordBytes } from "../../lib/contract/log-names.ts";
import { BuildTarget, type HostName } from "../../lib/contract/names.ts";
import type { RepoEngine } from "../../lib/host/repo-engine.ts";
import { machineTime } from "../../lib/host/time.ts";
import { anyText } from "../support/arbitraries.ts";
import { nixos, roomy, scriptedEngine } from "../support/build-world.ts";
import { fit, hostName, noonMs, requester, requestId, revision, storePath } from "../support/fixtures.ts";

const test = suite("handlers/build");

const order = (changes: Partial<BuildOrder> = {}): BuildOrder => ({
  ...{ repo: nixos, target: fit(BuildTarget, "all"), requester: requester("alice"), id: requestId("req-1"), seq: 41 },
  ...{ proof: "named", atMs: noonMs, attempt: 1, replyTo: undefined, revision: revision("main"), hosts: undefined },
  ...changes,
});

const run = async (engine: RepoEngine, limits: BuildLimits = roomy, allowed: readonly HostName[] = []) => {
  const told: Promise<Said>[] = [];
  const end = await handleBuild(order(), {
    ...{ engine, limits, time: machineTime, isStopped: () => false, allowed, onHost: () => undefined },
    tell: (said) => void told.push(Promise.resolve(said())),
  });
  return { end, told: await Promise.all(told) };
};

test("never more at once than the limit allows, and all in the end", async () => {
  const names = Array.from({ length: 20 }, (_, n) => `web${n}`);
  let [now, most] = [0, 0];
  const engine = scriptedEngine(names, async () => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return undefined;
  });
  const { end } = await run(engine, { ...roomy, maxParallel: 3 });
  assert.equal([most, end.status, end.built, end.total], [3, "completed", 20, 20]);
});

test("it goes on after a failure, and says of each host how it ended", async () => {
  const engine = scriptedEngine(["web1", "web2", "web3"], async ({ host }) =>
    host === "web2" ? failure("build_failed", "Building web2 failed: no such module.") : undefined,
  );
  const { end, told } = await run(engine, { ...roomy, maxParallel: 1 });
  assert.equal([end.status, end.error, end.built, end.failed, end.total], ["failed", "build_failed", 2, 1, 3]);
  assert.equal(
    told.map(({ phase, host, built, failed }) => [phase, host?.host, built, failed]),
    [
      ["resolve", undefined, undefined, undefined],
      ["build", undefined, 0, 0],
      ["build", "web1", 1, 0],
      ["build", "web2", 1, 1],
      ["build", "web3", 2, 1],
    ],
  );
  assert.equal(told[3]?.log_tail, ["the last of web2"]);
  assert.is(told[2]?.log_tail, undefined);
});

test("what had no time left is skipped, and time alone is a timeout", async () => {
  const engine = scriptedEngine(["web1", "web2"], async () => failure("timeout", "It took too long."));
  const { end } = await run(engine, { ...roomy, maxParallel: 1, requestMs: 0 });
  assert.equal(
    end.results?.map(({ outcome }) => outcome),
    ["skipped", "skipped"],
  );
  assert.equal([end.status, end.error], ["failed", "timeout"]);
  assert.is((await run(engine)).end.error, "timeout");
  const mixed = scriptedEngine(["web1", "web2"], async ({ host }) =>
    failure(host === "web1" ? "timeout" : "build_failed", "It failed."),
  );
  assert.is((await run(mixed)).end.error, "build_failed");
});

test("a host that the builder is told to build, and that the flake has no more, fails", async () => {
  const engine = scriptedEngine(["web1", "web2"], async () => undefined);
  const { end, told } = await run(engine, roomy, ["web1", "web3"].map(hostName));
  assert.equal([end.status, end.error, end.total, end.built], ["failed", "build_failed", 2, 1]);
  assert.equal(
    end.results?.map(({ host, outcome, error }) => [host, outcome, error]),
    [
      ["web1", "built", undefined],
      ["web3", "failed", "build_failed"],
    ],
  );
  assert.match(end.results?.[1]?.message ?? "", "The flake has no host web3, which the builder's configuration names.");
  assert.match(end.message, "Failed: web3.");
  const said = told.find(({ host }) => host?.host === "web3");
  assert.match(said?.message ?? "", "has no host web3");
  assert.is(said?.log_tail, undefined, "not that of a build before");
  const none = await run(
    scriptedEngine([], async () => undefined),
    roomy,
    [hostName("web3")],
  );
  assert.equal([none.end.status, none.end.error, none.end.failed], ["failed", "build_failed", 1]);
});

test("an engine that breaks fails one host, or the request, and never the builder", async () => {
  const throwing = scriptedEngine(["web1", "web2"], ({ host }) =>
    host === "web1" ? Promise.reject(new Error("no space left on device")) : Promise.resolve(undefined),
  );
  const { end } = await run(throwing);
  assert.equal(
    end.results?.map(({ outcome, error }) => [outcome, error]),
    [
      ["failed", "internal"],
      ["built", undefined],
    ],
  );
  const broken = { ...throwing, configurations: () => () => Promise.reject(new Error("broken")) };
  assert.is((await run(broken)).end.error, "internal");
  const blind = {
    ...throwing,
    configurations: () => async () => left(failure("build_failed", "It does not evaluate.")),
  };
  assert.equal([(await run(blind)).end.phase, (await run(blind)).end.error], ["build", "build_failed"]);
});

const chosen = (names: readonly string[], changes: Partial<BuildOrder> = {}, allowed: readonly HostName[] = []) => {
  const found = chosenHosts(order(changes), names, allowed);
  return isLeft(found) ? found.left.message : found.right;
};

const refusal = (...given: Parameters<typeof chosen>): string => {
  const found = chosen(...given);
  return typeof found === "string" ? found : JSON.stringify(found);
};

test("which hosts: of the flake, of the request, and of what the builder allows", () => {
  assert.equal(chosen(["b", "a"]), { hosts: ["a", "b"], missing: [], leftOut: [] });
  assert.equal(chosen(["a", "b"], { hosts: [hostName("b"), hostName("b")] }), {
    hosts: ["b"],
    missing: [],
    leftOut: [],
  });
  assert.equal(chosen(["a", "b"], {}, [hostName("b")]), { hosts: ["b"], missing: [], leftOut: [] });
  assert.match(
    refusal(["web1", "db1"], { target: fit(BuildTarget, "web2") }),
    "has no host web2 that may be built here; nearest are: web1, db1.",
  );
  assert.match(refusal(["a", "b"], { target: fit(BuildTarget, "a") }, [hostName("b")]), "nearest are: b.");
  assert.match(refusal([]), "The flake has no hosts that may be built here.");
  assert.match(refusal(["a"], { target: fit(BuildTarget, "b") }, [hostName("c")]), "it has none.");
  const many = Array.from({ length: 1_001 }, (_, n) => `h${n}`);
  assert.match(refusal(many), "has 1001 hosts, and at most 1000 are built at once");
});

test("only what can be a host's name is built, whatever a flake calls its configurations (1,000)", () => {
  const hostile = fc.oneof(anyText, fc.constantFrom("../x", "--option", '"; rm -rf', "a.b", "$(x)", "all", "role", ""));
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 20 }), (names) => {
      const found = chosen([...names, "web1"]);
      if (typeof found === "string") throw new Error(found);
      for (const host of found.hosts) assert.match(host, /^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$/);
      assert.ok(found.hosts.includes(hostName("web1")));
    }),
    { numRuns: 1000 },
  );
});

const event = (results: readonly BuiltHost[]): BuildEvent => ({
  ...{ builder: requester("ci"), repo: nixos, target: fit(BuildTarget, "all"), status: "failed" },
  ...{ error: fit(BuildEvent.fields.error.codec, "build_failed"), message: "m".repeat(8_000), results },
});

test("a record of a thousand hosts fits the log, however long their names and messages are", () => {
  const long = (n: number): HostName => hostName(`${"h".repeat(58)}${String(n).padStart(5, "0")}`);
  const results = Array.from(
    { length: 1_000 },
    (_, n): BuiltHost =>
      n % 2 === 0
        ? { host: long(n), outcome: "built", closure: storePath("x".repeat(200)), elapsed_ms: 14_400_000 }
        : { host: long(n), outcome: "failed", message: '"\n'.repeat(150), elapsed_ms: 14_400_000 },
  );
  const fitted = fitting(event(results));
  assert.ok(Buffer.byteLength(JSON.stringify(fitted)) < maxRecordBytes);
  assert.is(fitted.results?.length, 1_000);
  assert.equal(BuildEvent.strict(fitted), right(fitted));
  const few = event(results.slice(0, 10));
  assert.is(fitting(few), few);
});

test.run();
