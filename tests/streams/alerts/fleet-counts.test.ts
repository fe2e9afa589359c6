/** The fleet's outcomes: what is counted bit by bit is what a fresh count of the whole log says. */
import fc from "fast-check";
import { left } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostAddress } from "../../../lib/contract/address.ts";
import { failure } from "../../../lib/contract/failure.ts";
import type { FleetMeter } from "../../../lib/router/metering.ts";
import type { LogReader } from "../../../lib/router/ports.ts";
import { fleetCounts } from "../../../streams/alerts/fleet-counts.ts";
import { hostName, noonMs, tier, web1 } from "../../support/fixtures.ts";
import { memoryLog } from "../../support/memory-bus.ts";

const test = suite("streams/alerts/fleet-counts");

const recording = () => {
  const counts: Record<string, number> = {};
  const add = (key: string, n: number): void => {
    counts[key] = (counts[key] ?? 0) + n;
  };
  const meter: FleetMeter = {
    ended: ({ status, action, code }, n) => add(`${status} ${action} ${code}`.trim(), n),
    took: ({ success }, ms, n) => add(`ms ${success}`, ms * n),
    hosts: (all) => {
      for (const { hostname, tier: of, atMs } of all) counts[`${of}/${hostname}`] = atMs;
    },
    upTo: (seq) => {
      counts["up to"] = seq;
    },
  };
  return { counts, meter };
};

type Statuses = "completed" | "failed" | "rejected" | "started" | "accepted";

const lab1 = { hostname: hostName("lab1"), tier: tier("test"), roles: [] };

const world = () => {
  const memory = memoryLog({ now: () => noonMs + memory.records.length });
  for (const host of [web1, lab1]) memory.enrol(host, [hostAddress(host.tier, host.hostname)]);
  const { log, roster } = memory.bus();
  const put = async (status: Statuses, fields: object = {}, of = web1): Promise<void> => {
    const body = {
      hostname: of.hostname,
      status,
      error: null,
      message: "m",
      action: "switch",
      elapsed_ms: 1_000,
      ...fields,
    };
    const n = memory.records.length;
    await log.append({
      subject: `hd.res.${of.tier}.${of.hostname}.${status}`,
      body: JSON.stringify(body),
      msgId: `${n}`,
    })();
  };
  return { log, roster, put, now: () => noonMs };
};

test("each outcome once, by what it is; what is newer than this version is other", async () => {
  const { put, ...env } = world();
  const { counts, meter } = recording();
  const catchUp = fleetCounts({ ...env, meter });
  await put("completed");
  await put("failed", { error: "build_failed" });
  await put("failed", { error: "exploded_twice" });
  await put("rejected", { error: "busy", action: undefined });
  await put("rejected", { error: "unauthorized", control: "freeze" });
  await put("started", { phase: "build" });
  await put("failed", { error: "build_failed", hostname: "somebody" });
  await put("completed", { message: 7 });
  const expected = {
    ...{ "completed switch": 1, "failed switch build_failed": 1, "failed switch other": 1 },
    ...{ "rejected unknown busy": 1, "ms true": 1_000, "ms false": 2_000 },
    ...{ "prod/web1": noonMs, "test/lab1": 0, "up to": 8 },
  };
  assert.ok(await catchUp());
  assert.equal(counts, expected);
  assert.ok(await catchUp());
  assert.equal(counts, expected);
});

const step = fc.tuple(
  fc.constantFrom<Statuses>("completed", "failed", "rejected", "started"),
  fc.constantFrom("timeout", "busy", "new_code"),
  fc.boolean(),
  fc.boolean(),
);

type Step = readonly [Statuses, error: string, isLab: boolean, looks: boolean];

const play = async ({ put }: Pick<ReturnType<typeof world>, "put">, [status, error, isLab]: Step): Promise<void> =>
  put(status, status === "completed" ? {} : { error }, isLab ? lab1 : web1);

test("bit by bit is the same as all at once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { put, ...env } = world();
      const [bits, whole] = [recording(), recording()];
      const catchUp = fleetCounts({ ...env, meter: bits.meter });
      for (const one of steps) {
        await play({ put }, one);
        if (one[3]) await catchUp();
      }
      await catchUp();
      await fleetCounts({ ...env, meter: whole.meter })();
      assert.equal(bits.counts, whole.counts);
    }),
    { numRuns: 50 },
  );
});

test("nothing is whole until the whole log was read once; later a log that is away changes nothing", async () => {
  const { put, log, ...env } = world();
  for (let n = 0; n < 600; n++) await put("completed");
  const away = left(failure("unreachable", "away"));
  let reads = 0;
  let isAway = true;
  const failing: Pick<LogReader, "range" | "end"> = {
    end: log.end,
    range: (seq, filter, limit) => {
      reads += 1;
      return isAway && reads % 2 === 0 ? async () => away : log.range(seq, filter, limit);
    },
  };
  const { counts, meter } = recording();
  const catchUp = fleetCounts({ ...env, log: failing, meter });
  assert.not(await catchUp());
  isAway = false;
  assert.ok(await catchUp());
  assert.is(counts["completed switch"], 600);
  isAway = true;
  reads = 1;
  assert.ok(await catchUp());
  assert.is(counts["completed switch"], 600);
});

test.run();
