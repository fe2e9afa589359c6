/** Judges on a real server, with exactly the permissions and the places that hd makes. */
import { jetstream } from "@nats-io/jetstream";
import { headers } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { logAge } from "../../../lib/contract/alert.ts";
import { SinkName } from "../../../lib/contract/names.ts";
import { type AlertRecord, readAlertRecord } from "../../../streams/alerts/alert-record.ts";
import { currentLedger } from "../../../streams/alerts/current-ledger.ts";
import { judging } from "../../../streams/alerts/judge.ts";
import { noMeter } from "../../../streams/alerts/no-meter.ts";
import { rule } from "../../support/alert-world.ts";
import { eventually } from "../../support/collector.ts";
import { rightOf } from "../../support/either.ts";
import { fit, keepingLogger, requester } from "../../support/fixtures.ts";
import { owner, startWorld } from "../../support/nats-world.ts";

const test = suite("judges on a server");

const pager = requester("pager");
const world = await startWorld([{ kind: "alerter", requester: pager }]);
test.after(async () => {
  await world.close();
  await world.server.stop();
});
await world.apply({ sinks: [fit(SinkName, "phone")] });
const log = jetstream(await world.raw(owner));
const logger = keepingLogger();

const put = async (subject: string, body: object | string, odd = headers()): Promise<number> => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return (await log.publish(subject, text, { headers: odd })).seq;
};

const answer = (host: string, status: string, request_seq: number): Promise<number> => {
  const error = status === "failed" ? "build_failed" : null;
  return put(`hd.res.prod.${host}.${status}`, { hostname: host, status, error, message: status, request_seq });
};

const startJudge = async () => {
  const { log: reader, alerts, records, lag } = await world.alerter(pager);
  const ledger = currentLedger(alerts);
  const rules = [rule("failed")];
  const env = {
    log: reader,
    alerts,
    ledger,
    rules,
    logger,
    logAge: logAge(0),
    now: Date.now,
    rolesOf: () => [],
    meter: noMeter,
  };
  const judge = judging(env);
  rightOf(await records.start((delivery) => void judge(delivery))());
  return { alerts, lag };
};

const [{ alerts, lag }] = await Promise.all([startJudge(), startJudge()]);

/** When every record of the log is settled. */
const told = async (): Promise<readonly AlertRecord[]> => {
  await eventually("all is judged", async () => (rightOf(await lag()()) === 0 ? true : undefined));
  return rightOf(await alerts.range(1, "hd.alert.>", 1_000)()).map(readAlertRecord);
};

test("two share the log: each failure is told once, a rollout together, and what is over is closed", async () => {
  const hosts = Array.from({ length: 10 }, (_, n) => `web${n}`);
  const single = await Promise.all(
    hosts.map(async (host) => answer(host, "failed", await put(`hd.req.alice.prod.${host}`, { revision: "main" }))),
  );
  const all = await put("hd.req.alice.prod.all", { revision: "main" });
  for (const host of hosts) await answer(host, "accepted", all);
  for (const [n, host] of hosts.entries()) await answer(host, n < 6 ? "failed" : "completed", all);
  const keys = (await told()).flatMap((one) =>
    one.kind === "fired" ? [`${one.key} ${one.alert.kind} ${one.alert.hosts.length}`] : [],
  );
  const wanted = [...single.map((seq) => `s${seq} firing 1`), `r${all} firing 6`, `ok${all} resolved 4`];
  assert.equal(keys.toSorted(), wanted.toSorted());
});

test("poison is put aside and the next is judged", async () => {
  const odd = headers();
  // Around the client's own check: the server has none.
  Reflect.get(odd, "headers").set("A B", ["y"]);
  const poison = [await put("hd.req.alice", "{}"), await put("hd.res.prod.web1.failed", "no JSON", odd)];
  await put("hd.req.alice.prod.web1", "no JSON");
  const seq = await answer("web1", "failed", await put("hd.req.alice.prod.web1", { revision: "main" }, odd));
  const records = await told();
  assert.equal(records.flatMap((one) => (one.kind === "aside" ? [one.aside.seq] : [])).toSorted(), poison);
  assert.ok(records.some((one) => one.kind === "fired" && one.key === `s${seq}`));
  assert.equal(logger.lines, []);
});

test.run();
