/** One message, one decision: whatever the message holds and whatever the handler does. */
import { left, right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { read } from "../../../lib/contract/codec.ts";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { failure } from "../../../lib/contract/failure.ts";
import { alreadyTaken, type Handler, type Request, type Verdict } from "../../../lib/contract/route.ts";
import { deploy } from "../../../lib/contract/routes/deploy.ts";
import { Message, RequestId } from "../../../lib/contract/values.ts";
import { type Decision, dispatch, type Incoming } from "../../../lib/router/dispatch.ts";
import { deferred, event, noonMs, order, origin } from "../../support/fixtures.ts";

const test = suite("lib/router/dispatch");

type Handle = Handler<typeof deploy, object>;
type Answer = ReturnType<ReturnType<Handle>>;

const accepted = event(order(), { status: "accepted" });
const { requester, address, seq, vouched } = origin();
const incoming = (body: unknown, changes: Partial<Incoming> = {}): Incoming => ({
  requester,
  address,
  seq,
  atMs: noonMs,
  redelivered: false,
  verb: undefined,
  newer: undefined,
  vouched,
  body: typeof body === "string" ? body : JSON.stringify(body),
  ...changes,
});

const decide = (handler: Handle, message = incoming({ revision: "main" }), deadlineMs = 60_000) =>
  dispatch(deploy, handler, {}, deadlineMs)(message);

const refusal = (decision: Decision<unknown>): string =>
  decision.kind === "refusal" ? `${decision.failure.code}: ${decision.failure.message}` : decision.kind;

/** A handler that the compiler would not let pass. */
const rogue = (answer: () => unknown): Handle => answer as unknown as Handle;

/** What those who say no more ask for. */
const decoded = { action: "switch", revision: "main", id: "req-1", rollback: true, tolerate_units: [] };

/** What a handler was asked, for tests of what reaches it. */
const recording = () => {
  const seen: Request<typeof deploy>[] = [];
  const handler: Handle = (request) => {
    seen.push(request);
    return TE.right({ answer: accepted });
  };
  return { seen, handler };
};

test("a request reaches its handler decoded, with what the subject says", async () => {
  const { seen, handler } = recording();
  const decision = await decide(
    handler,
    incoming({ revision: "main", id: "req-1", unknown: 1 }, { redelivered: true }),
  );
  assert.equal(seen, [{ ...origin({ redelivered: true }), input: decoded }]);
  assert.is(decision.kind, "verdict");
  assert.equal(decision.origin, origin({ redelivered: true }));
});

test("the subject is the authority: nothing in the body says who asked, or where", async () => {
  const { seen, handler } = recording();
  const forged = {
    requester: "root",
    address: "deploy.prod.all",
    seq: 1,
    atMs: 0,
    redelivered: true,
    hostname: "other",
  };
  await decide(handler, incoming({ revision: "main", id: "req-1", ...forged, origin: forged }));
  assert.equal(seen, [{ ...origin(), input: decoded }]);
});

test("a request without an id is known by its place in the log, also when its time has a fraction", async () => {
  const plain = await decide(recording().handler, incoming({ revision: "main" }));
  assert.is(plain.origin.id, `s41-${noonMs.toString(36)}`);
  const precise = await decide(recording().handler, incoming({ revision: "main" }, { atMs: noonMs + 0.123456 }));
  assert.is(precise.origin.id, plain.origin.id);
  assert.is(read(RequestId, precise.origin.id), precise.origin.id);
});

test("what is no request is refused, and no handler sees it", async () => {
  const { seen, handler } = recording();
  const notJson = [
    "",
    " ",
    "{",
    "main",
    '{"revision":"main"',
    "{'revision':'main'}",
    "\u0000",
    '{"revision":"main"}x',
    "NaN",
  ];
  for (const body of notJson)
    assert.match(refusal(await decide(handler, incoming(body))), /^invalid_request: .* not JSON/);
  const notObject = ["null", "1", '"main"', "[]", '[{"revision":"main"}]', "true", "[".repeat(9) + "]".repeat(9)];
  for (const body of notObject)
    assert.match(refusal(await decide(handler, incoming(body))), /^invalid_request: .* not an object/);
  assert.equal(seen, []);
});

test("a revision alone that does not fit is its own code; anything more is an invalid request", async () => {
  const { seen, handler } = recording();
  const said = async (body: object) => refusal(await decide(handler, incoming(body))).split(":")[0];
  for (const revision of [
    "--option",
    "main; rm -rf /",
    "../x",
    "x".repeat(300),
    "a..b",
    "main\n",
    "",
    "ｍain",
    null,
    {},
    1,
  ]) {
    assert.is(await said({ revision }), "invalid_revision", JSON.stringify(revision));
  }
  assert.is(await said({}), "invalid_request");
  assert.is(await said({ revision: "--x", action: "x" }), "invalid_request");
  for (const wrong of [
    { action: "rollback" },
    { reply_to: "hd.req.a.b.c" },
    { id: "../x" },
    { expires_at: "2026-02-31" },
  ]) {
    assert.is(await said({ revision: "main", ...wrong }), "invalid_request");
  }
  assert.is(await said({ branch: "main", __proto__: { revision: "main" } }), "invalid_request");
  assert.equal(seen, []);
});

test("no prototype is read and none is changed", async () => {
  const { seen, handler } = recording();
  const body = '{"__proto__":{"revision":"main","polluted":1},"constructor":{"prototype":{"polluted":1}}}';
  assert.match(refusal(await decide(handler, incoming(body))), /^invalid_request: .*revision: is missing/);
  assert.is("polluted" in {}, false);
  assert.equal(seen, []);
});

test("a refusal never repeats what was sent", async () => {
  const { handler } = recording();
  const attack = "\u001b[2J<script>";
  for (const key of Object.keys(deploy.input.fields)) {
    const said = refusal(await decide(handler, incoming({ revision: "main", [key]: attack })));
    assert.not.match(said, "script");
  }
  assert.not.match(refusal(await decide(handler, incoming(attack))), "script");
});

test("depth and size are no trouble", async () => {
  const { seen, handler } = recording();
  const deep = `{"revision":"main","x":${"[".repeat(500_000)}${"]".repeat(500_000)}}`;
  assert.is((await decide(handler, incoming(deep))).kind, "verdict");
  assert.match(refusal(await decide(handler, incoming("[".repeat(1_000_000)))), /^invalid_request/);
  assert.match(refusal(await decide(handler, incoming({ revision: "x".repeat(10_000_000) }))), /^invalid_revision/);
  assert.is(seen.length, 1);
});

test("a failure of the handler is the refusal", async () => {
  const decision = await decide(() => TE.left(failure("busy", "web1 is busy.")));
  assert.is(refusal(decision), "busy: web1 is busy.");
  assert.equal(decision.kind === "refusal" && decision.fields, { revision: "main" });
});

test("a request that was taken before needs no answer", async () => {
  assert.is((await decide(() => TE.right(alreadyTaken))).kind, "already taken");
});

/** A verdict, and the calls that it gets. */
const watched = (calls: string[]): Verdict<DeployEvent> => ({
  answer: accepted,
  secure: async () => right(void calls.push("secure")),
  begin: async () => void calls.push("begin"),
  abandon: async () => void calls.push("abandon"),
});

const broken = (how: string): RegExp => new RegExp(`^internal: The handler broke: ${how}\\. Nothing was done`);

test("a handler that throws, before or after an await, is a defect and not a crash", async () => {
  const throwing = () => {
    throw new Error("at once");
  };
  const laterThrowing = () => async () => {
    await Promise.resolve();
    throw new Error("after an await");
  };
  assert.match(refusal(await decide(throwing)), broken("at once"));
  assert.match(refusal(await decide(() => throwing)), broken("at once"));
  assert.match(refusal(await decide(laterThrowing)), broken("after an await"));
  assert.match(refusal(await decide(() => () => Promise.reject(new Error("rejected")))), broken("rejected"));
});

test("whatever is thrown, its text is fit for a record", async () => {
  const odd = [
    undefined,
    null,
    "",
    0,
    Symbol("s"),
    {},
    Object.create(null),
    "\u001b[2J",
    "x".repeat(100_000),
    { message: 1 },
  ];
  const unreadable = new Proxy(
    {},
    {
      get: () => {
        throw new Error("trap");
      },
      getPrototypeOf: () => {
        throw new Error("trap");
      },
    },
  );
  for (const thrown of [...odd, unreadable, Object.assign(new Error("x"), { message: Object.create(null) })]) {
    const decision = await decide(() => () => Promise.reject(thrown));
    assert.is(decision.kind === "refusal" && decision.failure.code, "internal");
    assert.ok(decision.kind === "refusal" && read(Message, decision.failure.message) !== undefined);
  }
});

test("a handler that answers nonsense is a defect", async () => {
  const nonsense = [
    undefined,
    null,
    0,
    "verdict",
    [],
    {},
    { _tag: "Both" },
    { answer: accepted },
    Promise.resolve(right(1)),
  ];
  const rights = [
    undefined,
    null,
    0,
    "taken",
    {},
    [],
    { answer: undefined },
    { answer: null },
    { answer: {} },
    { answer: "x" },
  ];
  const lefts = [undefined, null, "busy", {}, new Error("x"), { code: "exploded", message: "x" }, { code: "busy" }];
  const protos = [
    { code: "constructor", message: "x" },
    { code: "busy", message: 1 },
    { code: ["busy"], message: "x" },
  ];
  const answers = [
    ...nonsense,
    ...rights.map((value) => right(value)),
    ...[...lefts, ...protos].map((value) => left(value)),
  ];
  for (const answer of answers) {
    assert.match(refusal(await decide(rogue(() => async () => answer))), /^internal: /, JSON.stringify(answer));
  }
  for (const task of [undefined, null, 1, {}, right({ answer: accepted })]) {
    assert.match(refusal(await decide(rogue(() => task))), broken(".*"));
  }
});

test("an answer that its route's codec refuses is abandoned and becomes a defect", async () => {
  const calls: string[] = [];
  const verdict = { ...watched(calls), answer: { ...accepted, message: "\u001b[2J", extra: 1 } };
  const decision = await decide(() => TE.right(verdict));
  assert.match(
    refusal(decision),
    /^internal: .*does not fit the contract: extra: is not a field.*message: must be text/,
  );
  assert.equal(calls, ["abandon"]);
});

test("what cannot be abandoned does not lose the decision", async () => {
  const abandon = () => Promise.reject(new Error("no"));
  const decision = await decide(() => TE.right({ answer: { ...accepted, message: "\0" }, abandon }));
  assert.match(refusal(decision), /^internal: The handler's answer does not fit/);
});

test("a handler that never settles is answered for at the deadline", async () => {
  const decision = await decide(() => () => new Promise(() => {}), incoming({ revision: "main" }), 1);
  assert.match(refusal(decision), /^timeout: The host did not decide within 1 ms\. Nothing was done/);
});

test("a verdict that comes too late is abandoned and never begun, a failure that does is dropped", async () => {
  const calls: string[] = [];
  const answer = deferred<Awaited<Answer>>();
  const abandoned = deferred<void>();
  const decision = await decide(() => () => answer.promise, incoming({ revision: "main" }), 1);
  assert.match(refusal(decision), /^timeout: /);
  answer.resolve(right({ ...watched(calls), abandon: async () => abandoned.resolve(void calls.push("abandon")) }));
  await abandoned.promise;
  assert.equal(calls, ["abandon"]);
  const none = deferred<Awaited<Answer>>();
  assert.match(refusal(await decide(() => () => none.promise, incoming({ revision: "main" }), 1)), /^timeout: /);
  none.resolve(left(failure("busy", "too late")));
});

test("a late verdict that cannot be abandoned, and a late throw, do not end the process", async () => {
  const unhandled: unknown[] = [];
  const keep = (reason: unknown) => void unhandled.push(reason);
  process.on("unhandledRejection", keep);
  for (const come of ["verdict", "throw"]) {
    const told = deferred<string>();
    const abandon = () => Promise.reject(new Error("cannot be abandoned"));
    const handler: Handle = () => async () => {
      if ((await told.promise) === "throw") throw new Error("late");
      return right({ answer: accepted, abandon });
    };
    assert.match(refusal(await decide(handler, incoming({ revision: "main" }), 1)), /^timeout: /);
    told.resolve(come);
    await new Promise(setImmediate);
  }
  process.off("unhandledRejection", keep);
  assert.equal(unhandled, []);
});

test.run();
