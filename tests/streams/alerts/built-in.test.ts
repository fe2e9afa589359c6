/** What is told without a rule: that the log fills, and that a record could not be delivered. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { maxRecordBytes } from "../../../lib/contract/log-names.ts";
import { ticker } from "../../../streams/alerts/tick.ts";
import { onAdvisory } from "../../../streams/alerts/undeliverable.ts";
import { alertShare } from "../../../streams/room.ts";
import { enrol, store } from "../../cli/support/fleet.ts";
import { alertsIn, fireEnv, memoryTickBus, rulesOf, stream, tickEnv, toldIn } from "../../support/alerter.ts";
import { rightOf } from "../../support/either.ts";
import { keepingLogger, noonMs } from "../../support/fixtures.ts";
import { memoryLog } from "../../support/memory-bus.ts";

const test = suite("streams/alerts/built-in");

const now = () => noonMs;

const maxBytes = 100_000_000;

test("a log that fills is told at its share, when it is full, and when it has room again", async () => {
  const log = memoryLog({ now });
  let usedBytes = 0;
  const bus = memoryTickBus(log, () => stream({ usedBytes }));
  const both = [ticker(tickEnv(bus, rulesOf(), now)), ticker(tickEnv(bus, rulesOf(), now))];
  const at = async (bytes: number): Promise<readonly string[]> => {
    usedBytes = bytes;
    const before = log.alerts.records.length;
    for (const ticked of await Promise.all([...both, ...both.toReversed()].map((tick) => tick()))) rightOf(ticked);
    return toldIn(log.alerts.records.slice(before));
  };
  assert.equal(await at(alertShare * maxBytes - 1), []);
  assert.equal(await at(alertShare * maxBytes), ["log-filling firing"]);
  assert.equal(await at(maxBytes - maxRecordBytes + 1), ["log-full firing"]);
  assert.equal(await at(maxBytes), []);
  assert.equal(await at(maxBytes / 2), ["log-filling resolved", "log-full resolved"]);
  const [first] = alertsIn(log.alerts.records);
  assert.is(
    first?.title,
    "the log is 80 % full; a full log takes no request. Raise its bound: hd streams apply --update --max-bytes SIZE.",
  );
  assert.equal(first?.to, ["phone"]);
});

const world = () => {
  const log = memoryLog({ now });
  enrol(log, "prod/web1", "prod/web2");
  const logger = keepingLogger();
  const alerter = () => onAdvisory({ ...fireEnv(log.alerts, now), bus: log.bus(), rules: rulesOf(), logger });
  const settled: string[] = [];
  const hand = (handle: ReturnType<typeof alerter>, advisory: object | string) =>
    handle({
      ...{ seq: 1, subject: "$JS", atMs: noonMs, msgId: undefined, signature: undefined, attempt: 1, pending: 0 },
      body: typeof advisory === "string" ? advisory : JSON.stringify(advisory),
      ack: async () => void settled.push("ack"),
      later: () => void settled.push("later"),
      working: () => undefined,
      refuse: () => void settled.push("refuse"),
    });
  return { log, logger, alerter, settled, hand, told: () => toldIn(log.alerts.records) };
};

const advisory = (consumer: string, seq = 1) => ({
  type: "io.nats.jetstream.advisory.v1.max_deliver",
  ...{ stream: "HD_AUDIT", consumer, stream_seq: seq, deliveries: 120 },
});

test("a request that a host never settled is told once for each host, by two alerters", async () => {
  const { log, alerter, hand, told, settled } = world();
  await store(log, "hd.req.alice.prod.all", { revision: "main", reason: "why not" });
  const both = [alerter(), alerter()];
  const given = ["host_web1", "host_web2", "host_web1"].map((consumer) => advisory(consumer));
  await Promise.all(both.flatMap((handle) => given.map((one) => hand(handle, one))));
  assert.equal(told(), ["undeliverable firing prod/web1", "undeliverable firing prod/web1 prod/web2"]);
  assert.equal(settled, ["ack", "ack", "ack", "ack", "ack", "ack"]);
  const [first] = alertsIn(log.alerts.records);
  assert.is(first?.title, "prod/web1 could not take request 1, and is not handed it again");
  assert.equal([first?.about?.seq, first?.about?.requester, first?.about?.reason], [1, "alice", "why not"]);
  assert.match(first?.details[0]?.message ?? "", /handed request 1 120 times and never settled it/);
});

test("a consumer that is no host's is named, once for each record", async () => {
  const { alerter, hand, told } = world();
  for (const seq of [7, 7, 8]) await hand(alerter(), advisory("builder", seq));
  assert.equal(told(), ["undeliverable firing", "undeliverable firing"]);
});

test("what is no advisory is told in the alerter's own log, and done with", async () => {
  const { alerter, hand, told, settled, logger } = world();
  const odd = ["", "no JSON", "null", "{}", { ...advisory("host_web1"), stream: "OTHER" }, advisory("a.b")];
  for (const one of [...odd, advisory("x".repeat(1_000)), advisory("host_web1", -1)]) await hand(alerter(), one);
  assert.equal(told(), []);
  assert.ok(settled.length === 8 && settled.every((one) => one === "ack"));
  assert.is(logger.lines.length, 8);
});

test("a host of which nobody knows the tier is named by its consumer", async () => {
  const { log, alerter, hand } = world();
  await hand(alerter(), advisory("host_gone", 40));
  assert.is(
    alertsIn(log.alerts.records)[0]?.title,
    "the consumer host_gone could not take request 40, and is not handed it again",
  );
});

test.run();
