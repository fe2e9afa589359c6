/**
 * The order of a request's steps: checked, recorded, secured, acknowledged, begun; and what each failure leaves out. Every test reads
 * the order off one list that all the ports write to.
 */
import { left, right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { type Failure, failure } from "../../../lib/contract/failure.ts";
import { alreadyTaken, type Handler, type Verdict } from "../../../lib/contract/route.ts";
import { deploy } from "../../../lib/contract/routes/deploy.ts";
import { dispatch } from "../../../lib/router/dispatch.ts";
import type { Delivery, Entry } from "../../../lib/router/ports.ts";
import { serve } from "../../../lib/router/serve.ts";
import { table } from "../../../lib/router/table.ts";
import { type Vouch, vouchByName } from "../../../lib/router/vouch.ts";
import {
  deferred,
  event,
  hostName,
  idsOf,
  keepingLogger,
  noonMs,
  order,
  requestId,
  web1,
} from "../../support/fixtures.ts";

const test = suite("lib/router/serve");

const accepted = event(order(), { status: "accepted" });
const unaudited = failure("unaudited", "The log cannot be reached.");
const trouble = failure("internal", "No room.");
const replyTo = "deploy.responses.x";

type Handle = Handler<typeof deploy, object>;

interface Setting {
  readonly handler?: Handle;
  readonly check?: () => Promise<Failure | undefined>;
  readonly secure?: () => Promise<Failure | undefined>;
  readonly append?: (entry: Entry) => Promise<Failure | undefined>;
  readonly ack?: () => Promise<void>;
  readonly host?: typeof web1;
  readonly vouch?: Vouch;
  readonly simulated?: boolean;
}

/** A listener of literal ports, and all that happened to them in order. */
const listener = (setting: Setting = {}) => {
  const well = async () => undefined;
  const { check = well, secure = well, append = well, ack = async () => {}, host = web1, simulated = false } = setting;
  const calls: string[] = [];
  const entries: Entry[] = [];
  const logger = keepingLogger();
  const step = (name: string, take: () => Promise<Failure | undefined>) => async () => {
    calls.push(name);
    const failed = await take();
    return failed === undefined ? right(undefined) : left(failed);
  };
  const verdict: Verdict<DeployEvent> = {
    answer: accepted,
    check: step("check", check),
    secure: step("secure", secure),
    begin: async () => void calls.push("begin"),
    abandon: async () => void calls.push("abandon"),
  };
  const handler: Handle = setting.handler ?? (() => TE.right(verdict));
  const route = dispatch(deploy, handler, {});
  const handle = serve({
    host,
    simulated,
    find: table([["hd.req.*.prod.web1", route]]),
    log: {
      append: (entry) => async () => {
        calls.push(`append ${entry.subject}`);
        entries.push(entry);
        const failed = await append(entry);
        return failed === undefined ? right({ seq: 42, duplicate: false }) : left(failed);
      },
    },
    ids: idsOf(host),
    vouch: setting.vouch ?? vouchByName,
    live: { publish: (subject) => void calls.push(`publish ${subject}`) },
    logger,
    now: () => noonMs,
  });
  const deliver = (body: object | string = { revision: "main", id: "req-1" }, changes: Partial<Delivery> = {}) =>
    handle({
      seq: 41,
      subject: "hd.req.alice.prod.web1",
      atMs: noonMs,
      msgId: undefined,
      signature: undefined,
      body: typeof body === "string" ? body : JSON.stringify(body),
      attempt: 1,
      pending: 0,
      ack: async () => {
        calls.push("ack");
        await ack();
      },
      later: (delayMs) => void calls.push(`later ${delayMs}`),
      working: () => void calls.push("working"),
      refuse: (reason) => void calls.push(`refuse: ${reason}`),
      ...changes,
    });
  const records = (): readonly DeployEvent[] => entries.map(({ body }) => JSON.parse(body));
  return { calls, entries, records, deliver, lines: logger.lines };
};

const acceptedAppend = "append hd.res.prod.web1.accepted";
const allSteps = ["check", acceptedAppend, "secure", "ack", "begin"];
const rejectedAppend = "append hd.res.prod.web1.rejected";

test("checked, recorded, secured, acknowledged, begun", async () => {
  const { calls, entries, deliver } = listener();
  await deliver();
  assert.equal(calls, allSteps);
  assert.equal(entries, [
    {
      subject: "hd.res.prod.web1.accepted",
      body: JSON.stringify(accepted),
      msgId: idsOf(web1).of({ id: requestId("req-1"), seq: 41 }, 1),
    },
  ]);
});

test("no step begins before the one before it has ended", async () => {
  const steps = {
    check: deferred<undefined>(),
    append: deferred<undefined>(),
    secure: deferred<undefined>(),
    ack: deferred<undefined>(),
  };
  const { calls, deliver } = listener({
    check: () => steps.check.promise,
    append: () => steps.append.promise,
    secure: () => steps.secure.promise,
    ack: () => steps.ack.promise,
  });
  const done = deliver();
  for (const [n, step] of (["check", "append", "secure", "ack"] as const).entries()) {
    await new Promise(setImmediate);
    assert.equal(calls, allSteps.slice(0, n + 1));
    steps[step].resolve(undefined);
  }
  await done;
  assert.equal(calls, allSteps);
});

test("what an answer tells of is done before it is recorded; what it refuses is refused, and nothing else is told", async () => {
  const control = (effect: Verdict<DeployEvent>["effect"] & object) =>
    listener({ handler: () => TE.right({ answer: event(order(), { status: "applied" }), effect }) });
  const { calls, deliver } = control(async () => {
    calls.push("effect");
    return right(undefined);
  });
  assert.equal(await deliver(), { kind: "answered" });
  assert.equal(calls, ["effect", "append hd.res.prod.web1.applied", "ack"]);
  const refused = control(async () => left(failure("too_late", "It is activated.")));
  await refused.deliver();
  assert.equal(refused.calls, [rejectedAppend, "ack"]);
  assert.is(refused.records()[0]?.error, "too_late");
});

test("what became of a request is said: taken, answered, or open", async () => {
  assert.equal(await listener().deliver(), { kind: "taken", id: "req-1" });
  assert.equal(await listener({ check: async () => trouble }).deliver(), { kind: "answered" });
  assert.equal(await listener({ append: async () => unaudited }).deliver(), { kind: "open" });
  assert.equal(await listener({ handler: () => TE.right(alreadyTaken) }).deliver(), { kind: "answered" });
});

test("what cannot be kept is undone, refused, and leaves no other record", async () => {
  const { calls, records, deliver } = listener({ check: async () => trouble });
  await deliver();
  assert.equal(calls, ["check", "abandon", rejectedAppend, "ack"]);
  assert.equal(
    records().map(({ status, error, message, id }) => [status, error, message, id]),
    [["rejected", "internal", "No room.", "req-1"]],
  );
});

test("what cannot be secured is undone, refused after its acceptance, and never begun", async () => {
  const { calls, records, deliver } = listener({ secure: async () => trouble });
  await deliver();
  assert.equal(calls, ["check", acceptedAppend, "secure", "abandon", rejectedAppend, "ack"]);
  assert.equal(
    records()
      .slice(1)
      .map(({ status, error, message, id }) => [status, error, message, id]),
    [["rejected", "internal", "No room.", "req-1"]],
  );
});

test("what the log does not take is undone, not acknowledged, not begun, and tried again later", async () => {
  const { calls, deliver, lines } = listener({ append: async () => unaudited });
  await deliver();
  assert.equal(calls, ["check", acceptedAppend, "abandon", "later 1000"]);
  assert.equal(lines, [
    {
      level: "warn",
      fields: { id: "req-1", seq: 41, code: "unaudited" },
      message: "request not answered: The log cannot be reached.",
    },
  ]);
});

test("a refusal that the log does not take is tried again later too", async () => {
  const { calls, deliver } = listener({ append: async () => unaudited });
  await deliver("not JSON");
  assert.equal(calls, [rejectedAppend, "later 1000"]);
});

test("the wait grows with each attempt, up to half a minute", async () => {
  const { calls, deliver } = listener({ append: async () => unaudited });
  for (const attempt of [1, 2, 3, 4, 5, 6, 7, 1000, Number.MAX_SAFE_INTEGER]) await deliver("", { attempt });
  const waits = calls.filter((call) => call.startsWith("later")).map((call) => Number(call.slice(6)));
  assert.equal(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
});

test("an acknowledgement that is lost does not lose the work: the log has its acceptance", async () => {
  const { calls, deliver, lines } = listener({ ack: () => Promise.reject(new Error("connection closed")) });
  await deliver();
  assert.equal(calls, allSteps);
  assert.equal(
    lines.map(({ level }) => level),
    ["warn"],
  );
});

test("a request that was taken before is acknowledged, and nothing else", async () => {
  const { calls, deliver } = listener({ handler: () => TE.right(alreadyTaken) });
  await deliver(undefined, { attempt: 2 });
  assert.equal(calls, ["ack"]);
});

test("the handler is told of a redelivery by the log, not by the body", async () => {
  const seen: boolean[] = [];
  const handler: Handle = ({ redelivered }) => {
    seen.push(redelivered);
    return TE.right(alreadyTaken);
  };
  const { deliver } = listener({ handler });
  await deliver({ revision: "main", redelivered: true });
  await deliver({ revision: "main", redelivered: false }, { attempt: 2, seq: 42 });
  assert.equal(seen, [false, true]);
});

test("a request in hand is not taken up a second time, and one that was answered is only acknowledged again", async () => {
  const held = deferred<undefined>();
  const { calls, deliver } = listener({ secure: () => held.promise });
  const first = deliver();
  await new Promise(setImmediate);
  await deliver(undefined, { attempt: 2 });
  assert.equal(calls, allSteps.slice(0, 3));
  held.resolve(undefined);
  await first;
  await deliver(undefined, { attempt: 3 });
  assert.equal(calls, [...allSteps, "ack"]);
});

test("what was answered is not refused as well, when its acknowledgement was lost and it is judged otherwise by now", async () => {
  let judged = 0;
  const handler: Handle = () => {
    judged += 1;
    return judged === 1 ? TE.right({ answer: accepted }) : TE.left(failure("superseded", "A newer one holds."));
  };
  const { records, deliver } = listener({ handler, ack: () => Promise.reject(new Error("lost")) });
  await deliver();
  await deliver(undefined, { attempt: 2 });
  assert.equal(
    records().map(({ status }) => status),
    ["accepted"],
  );
  // In a log that was made anew it is another.
  await deliver(undefined, { atMs: noonMs + 1 });
  assert.is(records().length, 2);
});

test("another request is not held up by the one in hand", async () => {
  const held = deferred<undefined>();
  const { calls, deliver } = listener({ secure: () => held.promise });
  const first = deliver();
  await new Promise(setImmediate);
  await deliver("not JSON", { seq: 42 });
  assert.equal(calls, [...allSteps.slice(0, 3), rejectedAppend, "ack"]);
  held.resolve(undefined);
  await first;
});

test("what is not addressed to this host is refused for good, with no record", async () => {
  const { calls, deliver, lines } = listener();
  const near = [
    "hd.req.alice.prod.web2",
    "hd.req.alice.prod.web1.cancel",
    "hd.res.prod.web1.accepted",
    "",
    "hd.req.*.prod.web1.x",
  ];
  for (const subject of near) await deliver(undefined, { subject });
  assert.equal(
    calls,
    near.map(() => "refuse: not addressed to this host"),
  );
  assert.equal(new Set(lines.map(({ level }) => level)), new Set(["error"]));
});

test("a subject that matches but names no requester is refused", async () => {
  const { calls, deliver } = listener();
  for (const who of ["*", "-x", "a b", ""]) await deliver(undefined, { subject: `hd.req.${who}.prod.web1` });
  assert.equal(calls, Array(4).fill("refuse: not a request subject"));
});

test("bad requests are recorded, acknowledged and never checked", async () => {
  const bad = [
    "",
    "{}",
    '{"revision":"--option"}',
    '{"revision":"main","reply_to":"hd.req.a.b.c"}',
    '{"revision":"main","action":"x"}',
  ];
  for (const body of bad) {
    const { calls, deliver } = listener();
    await deliver(body);
    assert.equal(calls, [rejectedAppend, "ack"], body);
  }
});

test("a refusal by a host that only simulates says so", async () => {
  for (const simulated of [true, false]) {
    const { records, deliver } = listener({ simulated });
    await deliver("not JSON");
    assert.is(records()[0]?.simulated, simulated || undefined);
  }
});

test("the live copy comes after the append, and only where the contract allows", async () => {
  const { calls, deliver } = listener();
  await deliver({ revision: "main", reply_to: replyTo });
  assert.equal(calls, ["check", acceptedAppend, `publish ${replyTo}`, "secure", "ack", "begin"]);
  const refused = listener();
  await refused.deliver({ revision: "--x", reply_to: replyTo });
  await refused.deliver({ revision: "main", reply_to: "deploy.prod.web2" }, { seq: 42 });
  assert.equal(refused.calls, [rejectedAppend, `publish ${replyTo}`, "ack", rejectedAppend, "ack"]);
});

test("no live copy of what the log did not take", async () => {
  const { calls, deliver } = listener({ append: async () => unaudited });
  await deliver({ revision: "main", reply_to: replyTo });
  await deliver({ revision: "--x", reply_to: replyTo }, { seq: 42 });
  assert.equal(
    calls.filter((call) => call.startsWith("publish")),
    [],
  );
});

test("two hosts answer one request under ids of their own", async () => {
  const web2 = { ...web1, hostname: hostName("web2") };
  for (const body of [
    { revision: "main", id: "req-1" },
    { revision: "--x", id: "req-1" },
  ]) {
    const ids = await Promise.all(
      [web1, web2].map(async (host) => {
        const { entries, deliver } = listener({ host });
        await deliver(body);
        return entries.map(({ msgId }) => msgId);
      }),
    );
    assert.is(new Set(ids.flat()).size, 2);
  }
});

test("the refusal of an id that was used before is not swallowed by the records of its first use", async () => {
  const handler: Handle = () => TE.left(failure("invalid_request", "The id req-1 was used before."));
  const { entries, deliver } = listener({ handler });
  await deliver(undefined, { seq: 50 });
  await deliver(undefined, { seq: 51 });
  const ids = entries.map(({ msgId }) => msgId);
  assert.is(new Set(ids).size, 2);
  for (let n = 1; n < 60; n++) {
    for (const seq of [50, 51]) assert.not(ids.includes(idsOf(web1).of({ id: requestId("req-1"), seq }, n)));
  }
});

test("a request of which nobody can tell now whether it was answered comes again, without a record", async () => {
  const handler: Handle = () => TE.left(failure("unreachable", "The log cannot be asked."));
  const { calls, entries, deliver } = listener({ handler });
  await deliver(undefined, { attempt: 2 });
  assert.equal(entries, []);
  assert.equal(calls, ["later 2000"]);
});

test("who vouched for a request is told when it has its answer, and not before", async () => {
  const failing = async () => failure("unaudited", "The log is full.");
  for (const [append, expected] of [
    [undefined, 1],
    [failing, 0],
  ] as const) {
    let answered = 0;
    const vouch = () => ({ proof: "signed", objection: undefined, answered: () => void answered++ }) as const;
    const { deliver } = listener({ ...(append === undefined ? {} : { append }), vouch });
    await deliver();
    assert.is(answered, expected);
  }
});

test("a port that breaks its promise is logged, leaves the request to be delivered again, and blocks nothing", async () => {
  const broken = () => Promise.reject(new Error("a port that throws"));
  const { calls, deliver, lines } = listener({ append: broken });
  await deliver();
  assert.equal(calls, ["check", acceptedAppend]);
  assert.match(JSON.stringify(lines), "a port that throws");
  await deliver();
  assert.equal(calls, ["check", acceptedAppend, "check", acceptedAppend]);
});

test.run();
