/**
 * A builder on the log: one acceptance and one end for each request, whatever breaks in between. A builder that is gone is one
 * that is stopped here, with its work left where it was; the log hands the request to the next.
 */
import { isLeft, left } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../lib/contract/failure.ts";
import { isBuildEnd } from "../../lib/contract/values.ts";
import { messageIds } from "../../lib/host/message-ids.ts";
import { readRecord } from "../../streams/records.ts";
import { ci, scriptedEngine, servedOn } from "../support/build-world.ts";
import { eventually } from "../support/collector.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("handlers/serve-builds");

const ask = async (memory: MemoryLog, id: string, target = "nixos.all", body: object = {}): Promise<number> => {
  const subject = `hd.req.alice.build.${target}`;
  await memory.bus().log.append({ subject, body: JSON.stringify({ revision: "main", id, ...body }), msgId: id })();
  return memory.records.length;
};

const answers = ({ records }: MemoryLog, seq: number) =>
  records
    .map(readRecord)
    .filter((record) => record.kind === "build response")
    .filter(({ event }) => event.request_seq === seq);

const ended = (memory: MemoryLog, seq: number) =>
  eventually(`the end of ${seq}`, async () => answers(memory, seq).find(({ status }) => isBuildEnd(status)));

const statuses = (memory: MemoryLog, seq: number): readonly string[] =>
  answers(memory, seq).map(({ status }) => status);

test("requests are built one after the other, in the order of the log", async () => {
  const memory = memoryLog();
  const order: string[] = [];
  const engine = scriptedEngine(["web1"], async () => void order.push("build"));
  const { stop } = servedOn(memory, engine);
  const seqs = [await ask(memory, "a"), await ask(memory, "b"), await ask(memory, "c")];
  for (const seq of seqs) await ended(memory, seq);
  assert.equal(statuses(memory, seqs[0] ?? 0), ["accepted", "started", "started", "started", "completed"]);
  const ends = memory.records
    .map(readRecord)
    .flatMap((one) => (one.kind === "build response" && isBuildEnd(one.status) ? [one.event.request_seq] : []));
  assert.equal(ends, seqs);
  stop();
});

test("a builder that is gone in the middle leaves one acceptance, and the next gives the one end", async () => {
  const memory = memoryLog({ ackWaitMs: 50 });
  let begun = 0;
  const stuck = scriptedEngine(["web1"], () => {
    begun += 1;
    return new Promise(() => {});
  });
  for (let n = 1; n <= 3; n++) {
    const { stop } = servedOn(memory, stuck);
    if (n === 1) await ask(memory, "a");
    await eventually(`begun ${n} times`, async () => begun === n || undefined);
    stop();
  }
  const last = servedOn(memory, scriptedEngine(["web1"]));
  await ended(memory, 1);
  assert.equal(
    statuses(memory, 1).filter((status) => status === "accepted" || isBuildEnd(status as "failed")),
    ["accepted", "completed"],
  );
  last.stop();
});

test("an end that is recorded is the end, also when it was never acknowledged", async () => {
  const memory = memoryLog({ ackWaitMs: 50 });
  const first = servedOn(memory, scriptedEngine(["web1"]));
  const seq = await ask(memory, "a");
  await ended(memory, seq);
  first.stop();
  let builds = 0;
  const engine = scriptedEngine(["web1"], async () => {
    builds += 1;
    return undefined;
  });
  const { served, stop } = servedOn(memory, engine);
  const [record] = memory.records;
  if (record === undefined) throw new Error("no request");
  let acknowledged = false;
  served.take({
    ...{ ...record, attempt: 2, pending: 0, later: () => undefined, working: () => undefined, refuse: () => undefined },
    ack: async () => {
      acknowledged = true;
    },
  });
  await eventually("the acknowledgement", async () => acknowledged || undefined);
  assert.is(builds, 0);
  assert.is(statuses(memory, seq).filter((status) => status === "completed").length, 1);
  stop();
});

test("what the log does not take is not begun, and comes again", async () => {
  const memory = memoryLog();
  const { log } = memory.builder();
  let [refusals, builds] = [0, 0];
  const { stop } = servedOn(
    memory,
    scriptedEngine(["web1"], async () => {
      builds += 1;
      assert.is(refusals, 1);
      return undefined;
    }),
    {
      append: (entry, timeoutMs) => {
        if (!entry.subject.endsWith(".accepted") || refusals > 0) return log.append(entry, timeoutMs);
        refusals += 1;
        return async () => left(failure("unaudited", "The log has no room."));
      },
    },
  );
  const seq = await ask(memory, "a");
  await ended(memory, seq);
  assert.equal([refusals, builds], [1, 1]);
  stop();
});

test("the end is said until the log takes it, without building again", async () => {
  const memory = memoryLog();
  const { log } = memory.builder();
  let [refusals, builds] = [0, 0];
  const { stop } = servedOn(
    memory,
    scriptedEngine(["web1"], async () => {
      builds += 1;
      return undefined;
    }),
    {
      time: { passedMs: () => 0, pause: async () => undefined },
      append: (entry, timeoutMs) => {
        if (!entry.subject.endsWith(".completed") || refusals === 3) return log.append(entry, timeoutMs);
        refusals += 1;
        return async () => left(failure("unreachable", "The log is away."));
      },
    },
  );
  const seq = await ask(memory, "a");
  await ended(memory, seq);
  assert.equal([refusals, builds], [3, 1]);
  stop();
});

test("a request that has ended the builder ten times is given up", async () => {
  const memory = memoryLog();
  const seq = await ask(memory, "a");
  const said = {
    builder: ci,
    repo: "nixos",
    target: "all",
    status: "accepted",
    error: null,
    message: "",
    request_seq: seq,
  };
  await memory.bus().log.append({ subject: `hd.res.build.${ci}.accepted`, body: JSON.stringify(said), msgId: "x" })();
  let builds = 0;
  const { served, stop } = servedOn(
    memory,
    scriptedEngine(["web1"], async () => {
      builds += 1;
      return undefined;
    }),
    { idle: true },
  );
  const [record] = memory.records;
  if (record === undefined) throw new Error("no request");
  served.take({
    ...{ ...record, attempt: 11, pending: 0, ack: async () => undefined },
    ...{ later: () => undefined, working: () => undefined, refuse: () => undefined },
  });
  assert.is((await ended(memory, seq)).event.error, "interrupted");
  assert.is(builds, 0);
  stop();
});

test("a request that never began is not given up, however often the log handed it over", async () => {
  const memory = memoryLog();
  const seq = await ask(memory, "a");
  const { served, stop } = servedOn(memory, scriptedEngine(["web1"]), { idle: true });
  const [record] = memory.records;
  if (record === undefined) throw new Error("no request");
  served.take({
    ...{ ...record, attempt: 11, pending: 0, ack: async () => undefined },
    ...{ later: () => undefined, working: () => undefined, refuse: () => undefined },
  });
  assert.is((await ended(memory, seq)).status, "completed");
  stop();
});

/** A builder that was held up over a build while another one of its name, which has another secret, ended it. */
const overtaken = async (changes: Parameters<typeof servedOn>[2] = {}) => {
  const memory = memoryLog({ ackWaitMs: 50 });
  let release = (): void => undefined;
  const held = new Promise<undefined>((resolve) => {
    release = () => resolve(undefined);
  });
  const first = servedOn(
    memory,
    scriptedEngine(["web1"], () => held),
    changes,
  );
  const seq = await ask(memory, "a");
  await eventually("the beginning", async () => answers(memory, seq).length === 3 || undefined);
  const second = servedOn(memory, scriptedEngine(["web1"]), { ids: messageIds(ci, Buffer.alloc(32, 1)) });
  return { memory, seq, first, second, release };
};

test("two builders of one name: who was held up while the other ended it says no more", async () => {
  const { memory, seq, first, second, release } = await overtaken();
  await ended(memory, seq);
  const before = statuses(memory, seq);
  release();
  await first.served.settled();
  assert.equal(statuses(memory, seq), before);
  first.stop();
  second.stop();
});

test("two ends at the same moment: the log takes one", async () => {
  const memory = memoryLog();
  const { log } = memory.builder();
  let between = 0;
  const { stop, served } = servedOn(memory, scriptedEngine(["web1"]), {
    time: { passedMs: () => 0, pause: async () => undefined },
    append: (entry, timeoutMs) => async () => {
      if (entry.subject.endsWith(".completed")) {
        // The other's, after this one has looked and before it writes.
        await log.append({ subject: entry.subject, body: entry.body, msgId: "other" })();
        between += 1;
      }
      return log.append(entry, timeoutMs)();
    },
  });
  const seq = await ask(memory, "a");
  await ended(memory, seq);
  await served.settled();
  assert.is(between, 1);
  assert.is(statuses(memory, seq).filter((status) => status === "completed").length, 1);
  stop();
});

test("an end that the log has is not said again, however long its acknowledgement was lost", async () => {
  let nowMs = Date.now();
  const memory = memoryLog({ now: () => nowMs });
  const { log } = memory.builder();
  const { stop, served } = servedOn(memory, scriptedEngine(["web1"]), {
    time: { passedMs: () => 0, pause: async () => undefined },
    append: (entry, timeoutMs) => async () => {
      const appended = await log.append(entry, timeoutMs)();
      if (!entry.subject.endsWith(".completed") || isLeft(appended)) return appended;
      nowMs += 3_600_000;
      return answers(memory, 1).length > 5 ? appended : left(failure("timeout", "No acknowledgement came."));
    },
  });
  const seq = await ask(memory, "a");
  await ended(memory, seq);
  await served.settled();
  assert.is(statuses(memory, seq).filter((status) => status === "completed").length, 1);
  stop();
});

test("a live copy goes to whoever asked for it, and only there", async () => {
  const memory = memoryLog();
  const heard: string[] = [];
  await memory.bus().live.subscribe("deploy.responses.x", ({ body }) => void heard.push(JSON.parse(body).status));
  const { stop } = servedOn(memory, scriptedEngine(["web1"]));
  await ended(memory, await ask(memory, "a", "nixos.web1", { reply_to: "deploy.responses.x" }));
  await eventually("the live copies", async () => heard.length >= 5 || undefined);
  assert.equal(heard, ["accepted", "started", "started", "started", "completed"]);
  stop();
});

test.run();
