/** Alerts on a real server come to real receivers: one sink that is away delays no other, and a worker that is killed loses nothing. */
import { jetstreamManager } from "@nats-io/jetstream";
import { nanos } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { logAge } from "../../../lib/contract/alert.ts";
import { firedSubject } from "../../../lib/contract/alert-subjects.ts";
import { alertStream, sinkDurable } from "../../../lib/contract/log-names.ts";
import type { AlerterBus } from "../../../lib/router/alerting.ts";
import { sinkPort } from "../../../lib/sinks/sink-port.ts";
import { readAlertRecord } from "../../../streams/alerts/alert-record.ts";
import { deliver } from "../../../streams/alerts/deliver.ts";
import { alertOf } from "../../support/alerts.ts";
import { eventually } from "../../support/collector.ts";
import { rightOf } from "../../support/either.ts";
import { requester, ruleName, sinkName } from "../../support/fixtures.ts";
import { httpReceiver, status } from "../../support/http-receiver.ts";
import { owner, startWorld } from "../../support/nats-world.ts";
import { sinkEnv } from "../../support/sink-env.ts";

const test = suite("streams/alerts/deliver on NATS");
const [ops, phone] = [sinkName("ops"), sinkName("phone")];
const world = await startWorld([{ kind: "alerter", requester: requester("alerter") }]);
await world.apply({ sinks: [ops, phone] });
const bus = await world.alerter("alerter");
test.after(async () => {
  await world.close();
  await world.server.stop();
});

const fire = async (key: string, to = [ops, phone]): Promise<number> => {
  const entry = { subject: firedSubject(ruleName("failed"), key, logAge(0)), msgId: `alert:failed:${key}:1`, after: 0 };
  return rightOf(await bus.alerts.append({ ...entry, body: JSON.stringify(alertOf({ to })) })()) ?? 0;
};

const worker = async (from: AlerterBus, name: typeof ops, url: string) => {
  const sink = sinkPort({ name, type: "webhook", url, secretFile: undefined }, sinkEnv());
  const made = deliver(from.sink(name), {
    ...{ sink, alerts: from.alerts, now: Date.now, logger: world.said.logger },
    meter: { delivered: () => undefined },
  });
  rightOf(await made.start()());
  return made;
};

const seen = (what: string, isSo: () => Promise<boolean>): Promise<true> =>
  eventually(what, async () => (await isSo()) || undefined);

const outcomes = async (name: typeof ops): Promise<readonly string[]> => {
  const found = rightOf(await bus.alerts.range(1, `hd.alert.sent.${name}`, 100)());
  return found
    .map(readAlertRecord)
    .flatMap((one) => (one.kind === "sent" ? [`${one.sent.alert} ${one.sent.outcome}`] : []));
};

test("each sink gets its own, in order; one that is away is tried again and delays no other", async () => {
  const away = await httpReceiver((response, nth) => status(nth === 1 ? 503 : 200)(response));
  const here = await httpReceiver();
  const workers = [await worker(bus, ops, away.url), await worker(bus, phone, here.url)];
  const seqs = [await fire("r1"), await fire("r2", [phone]), await fire("r3")];
  await seen("all is told", async () => here.got.length === 3 && away.got.length === 3);
  const idsOf = ({ got }: typeof here) => got.map(({ headers }) => headers["webhook-id"]);
  assert.equal(idsOf(here), ["alert:failed:r1:1", "alert:failed:r2:1", "alert:failed:r3:1"]);
  assert.equal(idsOf(away), ["alert:failed:r1:1", "alert:failed:r1:1", "alert:failed:r3:1"]);
  await seen("the endings are recorded", async () => (await outcomes(ops)).length === 3);
  assert.equal(await outcomes(ops), [`${seqs[0]} failed`, `${seqs[0]} sent`, `${seqs[2]} sent`]);
  await Promise.all(workers.map(({ stop }) => stop()));
  await Promise.all([away.stop(), here.stop()]);
});

/** How long the server waits for whoever has an alert in hand. */
const patience = async (ms: number): Promise<void> => {
  const nc = await world.raw(owner);
  const { consumers } = await jetstreamManager(nc, { checkAPI: false });
  await consumers.update(alertStream, sinkDurable(ops), { ack_wait: nanos(ms) });
  await nc.close();
};

test("a worker whose connection is cut in the midst of it is followed by one that tells it once more, at most", async () => {
  await patience(1_000);
  const first = await world.alerter("alerter");
  const receiver = await httpReceiver((response, nth) => {
    if (nth > 1) return status(200)(response);
    // The receiver has it; nobody will ever hear of that.
    void first.close().then(() => response.end());
  });
  await worker(first, ops, receiver.url);
  const seq = await fire("r4");
  await seen("it has come", async () => receiver.got.length === 1);
  const second = await worker(bus, ops, receiver.url);
  await seen("its ending is recorded", async () => (await outcomes(ops)).includes(`${seq} sent`));
  assert.equal(new Set(receiver.got.map(({ headers }) => headers["idempotency-key"])), new Set(["alert:failed:r4:1"]));
  assert.ok(receiver.got.length <= 2);
  await second.stop();
  await receiver.stop();
});

test("a sink without a place is named, and whose key makes one", async () => {
  const started = await bus.sink(sinkName("chat")).start(() => undefined)();
  if (started._tag === "Right") throw new Error("it was started");
  assert.match(started.left.message, /^Missing is the place of the sink chat\. Make it with .* provisioner's key\.$/);
});

test.run();
