/** The order in which a host takes what waited for it, and what must not be held up by that. Deliveries are made by hand. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { RequestId } from "../../../lib/contract/values.ts";
import { type BacklogOptions, backlog } from "../../../lib/router/backlog.ts";
import { inHand } from "../../../lib/router/in-hand.ts";
import type { Delivery } from "../../../lib/router/ports.ts";
import type { Outcome } from "../../../lib/router/serve.ts";
import { deferred, noonMs, requestId } from "../../support/fixtures.ts";

const test = suite("lib/router/backlog");

interface Given extends Partial<Delivery> {
  readonly verb?: string;
}

/** A host that says what becomes of each; `valid`: which deployments it takes. */
const host = (
  valid: (seq: number) => boolean = () => true,
  options: Partial<BacklogOptions> & { readonly before?: (seq: number) => Promise<void> } = {},
) => {
  const served: string[] = [];
  const told: string[] = [];
  const hand = inHand();
  const { before = async () => {}, ...rest } = options;
  const outcomeOf = (seq: number, verb: string, newer: RequestId | undefined): Outcome => {
    const isTaken = (verb === "" || verb === "override") && newer === undefined && valid(seq);
    return isTaken ? { kind: "taken", id: requestId(`r${seq}`) } : { kind: "answered" };
  };
  const serve = async ({ seq, subject, attempt }: Delivery, newer?: RequestId): Promise<Outcome> => {
    await before(seq);
    const verb = subject.split(".")[5] ?? "";
    served.push(`${verb}${seq}${newer === undefined ? "" : ` < ${newer}`}${attempt > 1 ? " again" : ""}`);
    return outcomeOf(seq, verb, newer);
  };
  const { take, waits, stop } = backlog({ serve, track: hand.add, quietMs: 5, ...rest });
  const give = (seq: number, { verb, ...changes }: Given = {}) =>
    take({
      seq,
      subject: `hd.req.alice.prod.web1${verb === undefined ? "" : `.${verb}`}`,
      atMs: noonMs + seq,
      msgId: undefined,
      signature: undefined,
      body: JSON.stringify({ id: `r${seq}` }),
      attempt: 1,
      pending: 0,
      ack: async () => {},
      later: (delayMs) => void told.push(`${seq} later ${delayMs}`),
      working: () => {},
      refuse: () => {},
      ...changes,
    });
  return { served, told, give, waits, stop, settled: hand.settled };
};

test("what comes when nothing waits is served at once, without a turn of the clock", async () => {
  const { served, give, settled } = host(() => true, { quietMs: 3_600_000 });
  give(1);
  await settled();
  give(2);
  await settled();
  assert.equal(served, ["1", "2"]);
});

test("what waited: control first in its order, then deployments from the newest to the oldest", async () => {
  const { served, give, settled } = host();
  give(1, { pending: 4 });
  give(2, { pending: 3, verb: "freeze" });
  give(3, { pending: 2 });
  give(4, { pending: 1, verb: "cancel" });
  assert.equal(served, []);
  give(5, { pending: 0, verb: "override" });
  await settled();
  assert.equal(served, ["freeze2", "cancel4", "override5", "3 < r5", "1 < r5"]);
});

test("what comes while control requests that waited are served is served after all of them", async () => {
  const first = deferred<void>();
  const { served, give, settled } = host(() => true, {
    before: async (seq) => (seq === 1 ? first.promise : undefined),
  });
  give(1, { pending: 1, verb: "unfreeze" });
  give(2, { pending: 0, verb: "freeze" });
  await new Promise(setImmediate);
  give(3);
  first.resolve();
  await settled();
  assert.equal(served, ["unfreeze1", "freeze2", "3"]);
});

test("one that is not taken supersedes nothing", async () => {
  const { served, give, settled } = host((seq) => seq < 3);
  for (const seq of [1, 2, 3]) give(seq, { pending: 3 - seq });
  await settled();
  assert.equal(served, ["3", "2", "1 < r2"]);
});

test("one that comes late is told of the newer one as well; in a log that was made anew it is newer itself", async () => {
  const { served, give, settled } = host();
  give(9);
  await settled();
  give(4);
  await settled();
  give(1, { atMs: noonMs + 1000 });
  await settled();
  assert.equal(served, ["9", "4 < r9", "1"]);
});

/** Resolves when the host has served that many. */
const until = async (served: readonly string[], count: number): Promise<void> => {
  while (served.length < count) await new Promise(setImmediate);
};

test("what an earlier listener took counts", async () => {
  const { served, give, settled } = host(() => true, { newest: { id: requestId("r5"), seq: 5, atMs: noonMs + 5 } });
  for (const seq of [4, 5, 6]) give(seq);
  await settled();
  assert.equal(served, ["4 < r5", "5", "6"]);
});

test("what is handed over again is gathered too, and needs nothing new to be served", async () => {
  const { served, give } = host();
  give(1, { attempt: 2 });
  give(3, { attempt: 2 });
  give(2, { attempt: 2 });
  await until(served, 3);
  assert.equal(served, ["3 again", "2 < r3 again", "1 < r3 again"]);
});

test("a log that says that more wait, and hands over nothing, holds up nobody for long", async () => {
  const { served, give } = host();
  give(1, { pending: 7 });
  await until(served, 1);
  assert.equal(served, ["1"]);
});

test("of more than can be held the deployments go back once, so that the newest can come; control does not", async () => {
  const { served, told, give, settled } = host(() => true, { mostHeld: 3 });
  give(1, { pending: 3 });
  give(2, { pending: 2, verb: "freeze" });
  give(3, { pending: 1 });
  await settled();
  assert.equal([served, told], [["freeze2"], ["1 later 1000", "3 later 1000"]]);
  give(4, { pending: 0 });
  await settled();
  // It is no second attempt: nothing of it was served.
  for (const seq of [1, 3]) give(seq, { attempt: 2 });
  await until(served, 4);
  assert.equal(served, ["freeze2", "4", "3 < r4", "1 < r4"]);
});

test("a full hand of what went back before is served, however many wait behind it", async () => {
  const { served, give, settled } = host(() => true, { mostHeld: 2 });
  give(1, { pending: 9, attempt: 2 });
  give(2, { pending: 9, attempt: 2 });
  await settled();
  assert.equal(served, ["2 again", "1 < r2 again"]);
});

test("a deployment waits for the control request before it, which others do not", async () => {
  const gate = deferred<undefined>();
  const { served, give, settled } = host(() => true, {
    before: async (seq) => {
      if (seq === 2) await gate.promise;
    },
  });
  give(1);
  give(2, { verb: "unfreeze" });
  give(3);
  give(4, { verb: "freeze" });
  await new Promise(setImmediate);
  assert.equal(served, ["1"]);
  gate.resolve(undefined);
  await settled();
  assert.equal(served, ["1", "unfreeze2", "3", "freeze4"]);
});

test("a request waits until it is answered, by its own id or by the one that it is given", async () => {
  const { give, waits, settled } = host();
  give(1, { pending: 2 });
  give(2, { pending: 1, body: "{" });
  assert.ok(waits(requestId("r1")));
  assert.ok(waits(requestId(`s2-${(noonMs + 2).toString(36)}`)));
  assert.not.ok(waits(requestId("r3")));
  give(3);
  await settled();
  assert.not.ok(waits(requestId("r1")));
});

test("who stops gives back what is held, and what comes after", async () => {
  const { served, told, give, stop, settled } = host();
  give(1, { pending: 1 });
  stop();
  give(2);
  await settled();
  assert.equal([served, told], [[], ["1 later 1", "2 later 1"]]);
});

test("whatever waits, and whichever is valid: the newest valid one is taken, and nothing older (1,000)", async () => {
  const any = fc.array(fc.record({ valid: fc.boolean(), control: fc.boolean() }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(any, async (waiting) => {
      const { served, give, settled } = host((seq) => waiting[seq - 1]?.valid === true);
      waiting.forEach(({ control }, n) => {
        give(n + 1, { pending: waiting.length - n - 1, ...(control ? { verb: "cancel" } : {}) });
      });
      await settled();
      assert.is(served.length, waiting.length);
      const newest = waiting.findLastIndex(({ valid, control }) => valid && !control) + 1;
      for (const one of served.filter((text) => !text.startsWith("cancel"))) {
        const seq = Number(one.split(" ")[0]);
        assert.is(one, seq < newest ? `${seq} < r${newest}` : `${seq}`);
      }
    }),
    { numRuns: 1000 },
  );
});

test.run();
