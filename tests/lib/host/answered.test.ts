/** Whether a request was answered before: nothing runs twice, and nothing is taken for answered that was not. */
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { failure } from "../../../lib/contract/failure.ts";
import type { Origin } from "../../../lib/contract/route.ts";
import type { Status } from "../../../lib/contract/values.ts";
import { answeredBefore } from "../../../lib/host/answered.ts";
import type { Stored } from "../../../lib/router/ports.ts";
import { event, noonMs, order, origin, requestId, web1 } from "../../support/fixtures.ts";

const test = suite("lib/host/answered");

type Records = Partial<Record<Status, Stored>>;

const stored = (status: Status, seq: number, changes: Partial<DeployEvent> = {}): Records => ({
  [status]: {
    seq,
    subject: `hd.res.prod.web1.${status}`,
    atMs: noonMs,
    msgId: undefined,
    body: JSON.stringify({ ...event(order(), { status }), ...changes }),
  },
});

interface Past {
  readonly takenAs?: number;
  /** The newest record of each status of this host. */
  readonly records?: Records | "unreachable";
}

const ask = async (of: Origin, { takenAs, records = {} }: Past = {}) => {
  const asked: string[] = [];
  const answer = await answeredBefore({
    host: web1,
    takenAs: async () => takenAs,
    log: {
      last: (filter) => async () => {
        asked.push(filter);
        if (records === "unreachable") return left(failure("unreachable", "No NATS server."));
        return right(records[filter.replace("hd.res.prod.web1.", "") as Status]);
      },
    },
  })(of)();
  return { said: answer._tag === "Right" ? answer.right : answer.left.code, answer, asked };
};

const again = origin({ redelivered: true });

test("a request that comes for the first time is new, and the log is not asked", async () => {
  assert.equal(await ask(origin(), { records: "unreachable" }).then(({ said, asked }) => [said, asked]), ["new", []]);
});

test("a request whose journal is known was taken, however often it comes", async () => {
  for (const of of [origin(), again]) {
    const { said, asked } = await ask(of, { takenAs: 41, records: "unreachable" });
    assert.equal([said, asked], ["taken", []]);
  }
});

test("an id that was used for another request is refused, and both are named", async () => {
  for (const of of [origin({ seq: 50 }), origin({ seq: 50, redelivered: true }), origin({ seq: 7 })]) {
    const { said, answer } = await ask(of, { takenAs: 41 });
    assert.is(said, "invalid_request");
    assert.match(answer._tag === "Left" ? answer.left.message : "", /id req-1 was used before, for the request at 41/);
  }
});

test("handed over again without a trace, it is new", async () => {
  assert.is((await ask(again)).said, "new");
  assert.is(
    (await ask(again, { records: stored("rejected", 12, { id: requestId("older"), request_seq: 11 }) })).said,
    "new",
  );
});

test("a signed request that was met before is never new, whatever the log says and however often it was delivered", async () => {
  for (const redelivered of [false, true]) {
    const met = origin({ redelivered, vouched: { proof: "signed", objection: undefined, seenBefore: true } });
    assert.is((await ask(met)).said, "interrupted");
    assert.is((await ask(met, { takenAs: 41 })).said, "taken");
    assert.is((await ask(met, { records: stored("rejected", 42) })).said, "taken");
  }
});

test("handed over again after its refusal, it was taken", async () => {
  assert.is((await ask(again, { records: stored("rejected", 42) })).said, "taken");
});

test("where a newer refusal may hide its own, it does not run, and that is said", async () => {
  const newer = stored("rejected", 60, { id: requestId("other"), request_seq: 59 });
  const { said, answer } = await ask(again, { records: newer });
  assert.is(said, "interrupted");
  assert.match(answer._tag === "Left" ? answer.left.message : "", /did not run it. Send the request again/);
});

test("handed over again after its end, it was taken, although its journal is lost", async () => {
  for (const status of ["failed", "completed"] as const) {
    assert.is((await ask(again, { records: stored(status, 45) })).said, "taken");
    const other = stored(status, 45, { id: requestId("other"), request_seq: 40 });
    assert.is((await ask(again, { records: other })).said, "new");
  }
});

test("handed over again while another listener of the name has begun it, it does not run, and that is said", async () => {
  const { said, answer } = await ask(again, { records: stored("started", 44) });
  assert.is(said, "interrupted");
  assert.match(
    answer._tag === "Left" ? answer.left.message : "",
    /was begun by a listener of web1 whose journal is not here/,
  );
  const other = stored("started", 44, { id: requestId("other"), request_seq: 40 });
  assert.is((await ask(again, { records: other })).said, "new");
});

test("journals that cannot be read now leave it open", async () => {
  const takenAs = () => Promise.reject(new Error("EMFILE"));
  const answer = await answeredBefore({ host: web1, takenAs, log: { last: () => async () => right(undefined) } })(
    again,
  )();
  assert.is(answer._tag === "Left" && answer.left.code, "unreachable");
});

test("a refusal that cannot be read hides what it answered", async () => {
  for (const body of ["", "not JSON", "null", "[]", "{}", '{"request_seq":41}', "[".repeat(100_000)]) {
    const records: Records = { rejected: { ...(stored("rejected", 42).rejected as Stored), body } };
    assert.is((await ask(again, { records })).said, "interrupted", body.slice(0, 20));
  }
});

test("where the log cannot be asked, it does not run", async () => {
  const { said, answer } = await ask(again, { records: "unreachable" });
  assert.is(said, "unreachable");
  assert.is(answer._tag === "Left" && answer.left.message, "No NATS server.");
});

test.run();
