/** How alerts come to one sink: what is tried again and when, and what a kill at each place leaves. On the stream in memory. */
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Alert, Sent } from "../../../lib/contract/alert.ts";
import { failure } from "../../../lib/contract/failure.ts";
import type { Delivered, Outgoing } from "../../../lib/router/alerting.ts";
import type { Delivery, Work } from "../../../lib/router/ports.ts";
import { type DeliverEnv, deliver } from "../../../streams/alerts/deliver.ts";
import { alertOf } from "../../support/alerts.ts";
import { noonMs, sinkName } from "../../support/fixtures.ts";
import { memoryLog } from "../../support/memory-bus.ts";
import { recorder } from "../../support/recorder.ts";

const test = suite("streams/alerts/deliver");
const sink = sinkName("ops");

interface Scene {
  /** How the sink answers, one after the other; the last stays. */
  readonly answers?: readonly (Delivered | Error)[];
  readonly changes?: Partial<DeliverEnv["alerts"]>;
}

const scene = ({ answers = [{ outcome: "sent" }], changes = {} }: Scene = {}) => {
  const { alerts } = memoryLog({ now: () => noonMs });
  const said = recorder();
  const sent: Outgoing[] = [];
  const settled: string[] = [];
  const counted: string[] = [];
  let hand: (delivery: Delivery) => void = () => undefined;
  const work: Work = {
    start: (onDelivery) => async () => {
      hand = onDelivery;
      return right(undefined);
    },
    stop: async () => undefined,
  };
  const env: DeliverEnv = {
    sink: {
      name: sink,
      send: async (outgoing) => {
        sent.push(outgoing);
        const answer = answers[Math.min(sent.length, answers.length) - 1] ?? { outcome: "sent" };
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    alerts: { ...alerts, ...changes },
    meter: { delivered: (_sink, outcome) => void counted.push(outcome) },
    logger: said.logger,
    now: () => noonMs,
  };

  /** Hands it over as a worker that was just started gets it, or as the one that goes on does. */
  const give = async (worker: ReturnType<typeof deliver>, attempt: number, body: string, seq = 7): Promise<void> => {
    await worker.start()();
    hand({
      ...{ seq, attempt, pending: 0, subject: "hd.alert.fired.failed.r41", body },
      ...{ atMs: noonMs, msgId: "alert:failed:r41:1", signature: undefined },
      ack: async () => void settled.push("ack"),
      later: (delayMs) => void settled.push(`later ${delayMs}`),
      working: () => undefined,
      refuse: () => void settled.push("refuse"),
    });
    await worker.stop();
  };
  const worker = () => deliver(work, env);
  return {
    ...{ sent, settled, counted, said, worker },
    give: (attempt: number, alert: Alert = alertOf(), by = worker()) => give(by, attempt, JSON.stringify(alert)),
    giveBody: (body: string) => give(worker(), 1, body),
    records: (): readonly Sent[] => alerts.records.map(({ body }) => JSON.parse(body)),
    ids: () => alerts.records.map(({ msgId }) => msgId),
  };
};

const failed = (more: object = {}): Delivered => ({ outcome: "failed", message: "it is away", ...more });
const at = (ms: number): string => new Date(ms).toISOString();

test("an alert is sent, recorded and acknowledged; the sink gets its id and a message for people", async () => {
  const { give, sent, settled, records, ids, counted } = scene();
  await give(1);
  assert.equal(settled, ["ack"]);
  assert.equal(records(), [{ alert: 7, outcome: "sent", attempt: 1, at: at(noonMs) }]);
  assert.equal(ids(), ["sent:ops:7:1"]);
  assert.equal(counted, ["sent"]);
  assert.equal([sent[0]?.id, sent[0]?.seq, sent[0]?.perhapsAgain], ["alert:failed:r41:1", 7, false]);
  assert.is(sent[0]?.message.title, "Critical: prod/web1 failed: build_failed");
});

test("what is not for the sink, or for nobody, is passed over in silence", async () => {
  const { give, sent, settled, records } = scene();
  await give(1, alertOf({ to: [sinkName("phone")] }));
  await give(1, alertOf({ to: [] }));
  assert.equal([sent.length, settled, records()], [0, ["ack", "ack"], []]);
});

test("rubbish among the alerts is told and does not stop the next", async () => {
  const { giveBody, settled, said, sent } = scene();
  for (const body of ["", "null", "{", '{"rule":"failed"}', JSON.stringify(alertOf({ title: "a\u0007b" }))]) {
    await giveBody(body);
  }
  assert.equal(settled, Array(5).fill("ack"));
  assert.equal(sent, []);
  assert.is(said.sentences.filter((one) => one.includes("was passed over")).length, 5);
});

test("a failure is recorded and tried again after 1 s, 2 s, … a quarter of an hour", async () => {
  const { give, settled, records } = scene({ answers: [failed()] });
  for (const attempt of [1, 2, 3, 10, 11, 5_000]) await give(attempt);
  assert.equal(settled, ["later 1000", "later 2000", "later 4000", "later 512000", "later 900000", "later 900000"]);
  assert.equal(records()[0], {
    ...{ alert: 7, outcome: "failed", attempt: 1, message: "it is away" },
    ...{ next_at: at(noonMs + 1_000), at: at(noonMs) },
  });
});

test("a sink that asks for a longer wait gets it, and not for a shorter one", async () => {
  const { give, settled } = scene({ answers: [failed({ afterMs: 60_000 }), failed({ afterMs: 10 })] });
  await give(1);
  await give(2);
  assert.equal(settled, ["later 60000", "later 2000"]);
});

test("what a sink refuses is recorded, and the next one follows", async () => {
  const { give, settled, records } = scene({ answers: [{ outcome: "refused", message: "too\u0000 large" }] });
  await give(1);
  assert.equal(settled, ["ack"]);
  assert.is(records()[0]?.outcome, "refused");
  assert.is(records()[0]?.message, "too\ufffd large");
});

test("killed between the record and the acknowledgement: nothing is sent again", async () => {
  for (const answer of [{ outcome: "sent" }, { outcome: "refused", message: "no" }] as const) {
    const { give, sent, settled } = scene({ answers: [answer] });
    await give(1);
    await give(2);
    assert.equal([sent.length, settled], [1, ["ack", "ack"]]);
  }
});

test("killed before the record: it is sent again, and says that it may have come before", async () => {
  const { give, sent } = scene();
  await give(2);
  assert.is(sent[0]?.perhapsAgain, true);
});

test("after a try that surely failed it does not say so", async () => {
  const { give, sent } = scene({ answers: [failed(), { outcome: "sent" }] });
  await give(1);
  await give(2);
  assert.equal(
    sent.map(({ perhapsAgain }) => perhapsAgain),
    [false, false],
  );
});

test("one doubt outlives later tries that surely failed", async () => {
  const { give, sent, records } = scene({
    answers: [failed({ perhaps: true }), failed(), failed(), { outcome: "sent" }],
  });
  for (const attempt of [1, 2, 3, 4]) await give(attempt);
  assert.equal(
    sent.map(({ perhapsAgain }) => perhapsAgain),
    [false, true, true, true],
  );
  assert.equal(
    records().map(({ perhaps }) => perhaps),
    ["yes", "yes", "yes", undefined],
  );
});

test("killed in a later try: what is known of the one before it is not enough", async () => {
  const { give, sent } = scene({ answers: [failed(), { outcome: "sent" }] });
  await give(1);
  await give(3);
  assert.is(sent[1]?.perhapsAgain, true);
});

const away = left(failure("unreachable", "NATS is away."));

test("told and not recorded: it is acknowledged, and the same worker never tells it twice", async () => {
  const { give, sent, settled, said, worker } = scene({ changes: { append: () => async () => away } });
  const one = worker();
  await give(1, alertOf(), one);
  await give(2, alertOf(), one);
  assert.equal([sent.length, settled], [1, ["ack", "ack"]]);
  await said.heard("What became of an alert is not recorded: NATS is away.");
});

test("a failure that cannot be recorded is tried again", async () => {
  const { give, settled } = scene({ answers: [failed()], changes: { append: () => async () => away } });
  await give(1);
  assert.equal(settled, ["later 1000"]);
});

test("while nobody knows what became of the last try, nothing is sent", async () => {
  const { give, sent, settled } = scene({ changes: { last: () => async () => away } });
  await give(2);
  assert.equal([sent.length, settled], [0, ["later 2000"]]);
});

test("a sink that throws is told, and the alert is left to be handed over again", async () => {
  const { give, settled, said } = scene({ answers: [new Error("a defect")] });
  await give(1);
  assert.equal(settled, []);
  await said.heard("Sending an alert broke.");
});

test("an alert that was kept waiting says when it is from", async () => {
  const { give, sent } = scene();
  await give(1, alertOf({ at: alertOf().at.replace("12:00", "08:30") as Alert["at"] }));
  assert.is(sent[0]?.message.late, "told late: this is from 2026-01-31 08:30 UTC, 3h 30m ago");
});

test.run();
