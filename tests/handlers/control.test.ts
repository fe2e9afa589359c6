/** The decisions on requests to cancel, freeze and unfreeze: what is done, in which order, and what is refused instead. */
import { left, right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type CancelEnv, handleCancel } from "../../handlers/cancel.ts";
import { type FreezeEnv, handleFreeze } from "../../handlers/freeze.ts";
import { handleUnfreeze } from "../../handlers/unfreeze.ts";
import { type Address, allAddress, hostAddress } from "../../lib/contract/address.ts";
import { DeployEvent } from "../../lib/contract/deploy-event.ts";
import { failure } from "../../lib/contract/failure.ts";
import { type AnyRoute, alreadyTaken, type Request, type Verdict } from "../../lib/contract/route.ts";
import { cancel } from "../../lib/contract/routes/cancel.ts";
import { freeze } from "../../lib/contract/routes/freeze.ts";
import { unfreeze } from "../../lib/contract/routes/unfreeze.ts";
import { instant, type Verb } from "../../lib/contract/values.ts";
import type { Freeze } from "../../lib/host/freezes.ts";
import { failureOf, rightOf } from "../support/either.ts";
import { noonMs, origin, requester, web1 } from "../support/fixtures.ts";

const test = suite("handlers/control");

const address = allAddress(web1.tier);
const request = <R extends AnyRoute>(route: R, verb: Verb, input: object, changes: Partial<Request<R>> = {}) => {
  const decoded = route.input.strict(input);
  if (decoded._tag === "Left") throw new Error(decoded.left.join(". "));
  return { ...origin({ address, verb }), input: decoded.right, ...changes } as Request<R>;
};

/** A host on which everything works, and what it was told to do. */
const host = (changes: Partial<CancelEnv & FreezeEnv> = {}) => {
  const did: string[] = [];
  const env: CancelEnv & FreezeEnv = {
    ...{ host: web1, simulated: false, now: () => noonMs, logNow: () => noonMs },
    answeredBefore: () => TE.right("new"),
    remembered: TE.fromIO(() => void did.push("remembered")),
    cancel: (id, { by, seq, reason }) => TE.fromIO(() => void did.push(`cancel ${id} for ${by} at ${seq}: ${reason}`)),
    freezes: {
      inForce: () => right([]),
      keep: ({ address: at, frozen, by, seq, until, reason }) =>
        TE.fromIO(() => void did.push(`${frozen ? "freeze" : "unfreeze"} ${at} ${by} ${seq} ${until} ${reason}`)),
    },
    ...changes,
  };
  return { env, did };
};

const verdictOf = (answer: Verdict<DeployEvent> | typeof alreadyTaken): Verdict<DeployEvent> => {
  if (answer === alreadyTaken) throw new Error("it was taken before");
  return answer;
};

const asks = {
  cancel: (env: CancelEnv, more: object = {}, changes: object = {}) =>
    handleCancel(request(cancel, "cancel", { request: "req-0", reason: "wrong", ...more }, changes), env)(),
  freeze: (env: FreezeEnv, more: object = {}, changes: object = {}) =>
    handleFreeze(request(freeze, "freeze", { reason: "holidays", ...more }, changes), env)(),
  unfreeze: (env: FreezeEnv, more: object = {}, changes: object = {}) =>
    handleUnfreeze(request(unfreeze, "unfreeze", { reason: "back", ...more }, changes), env)(),
};

const doing = {
  cancel: "cancel req-0 for alice at 41: wrong",
  freeze: "freeze deploy.prod.all alice 41 undefined holidays",
  unfreeze: "unfreeze deploy.prod.all alice 41 undefined back",
};

const verbs = ["cancel", "freeze", "unfreeze"] as const;

test("each is decided without being done; then it is done once the disk knows of its signature", async () => {
  for (const verb of verbs) {
    const { env, did } = host();
    const { answer, effect, begin } = verdictOf(rightOf(await asks[verb](env)));
    assert.equal(did, []);
    assert.is(begin, undefined);
    rightOf((await effect?.()) ?? left("no effect"));
    assert.equal(did, ["remembered", doing[verb]]);
    assert.equal([answer.status, answer.control, answer.requester, answer.request_seq], ["applied", verb, "alice", 41]);
    assert.is(DeployEvent.strict(answer)._tag, "Right");
  }
});

test("what was answered before is not done again; what nobody knows the answer of is", async () => {
  for (const verb of verbs) {
    const taken = host({ answeredBefore: () => TE.right("taken") });
    assert.is(rightOf(await asks[verb](taken.env)), alreadyTaken);
    const unclear = host({ answeredBefore: () => TE.left(failure("interrupted", "nobody knows")) });
    verdictOf(rightOf(await asks[verb](unclear.env)));
    const later = host({ answeredBefore: () => TE.left(failure("unreachable", "nobody knows now")) });
    assert.is(failureOf(await asks[verb](later.env)).code, "unreachable");
    const reused = host({ answeredBefore: () => TE.left(failure("invalid_request", "the id was used")) });
    assert.is(failureOf(await asks[verb](reused.env)).code, "invalid_request");
  }
});

test("what the host objects to is refused, when the disk knows that it was seen", async () => {
  const objection = failure("unauthorized", "it is not signed");
  for (const verb of verbs) {
    const { env, did } = host();
    const refused = await asks[verb](env, {}, { vouched: { proof: "named", objection } });
    assert.equal(failureOf(refused), objection);
    assert.equal(did, ["remembered"]);
  }
});

test("a cancel that has expired by the clock of the log is refused", async () => {
  const at = (ms: number) => ({ expires_at: instant(noonMs + ms) });
  const { env } = host();
  verdictOf(rightOf(await asks.cancel(env, at(0))));
  assert.is(failureOf(await asks.cancel(env, at(-1))).code, "expired");
  // A log's clock is never behind what it has stored.
  const slow = host({ logNow: () => noonMs - 3_600_000 });
  assert.is(failureOf(await asks.cancel(slow.env, at(-1))).code, "expired");
});

test("a freeze that was over when it was asked for is a mistake; one that a host reads too late was none", async () => {
  const until = (ms: number) => ({ until: instant(noonMs + ms) });
  const { env } = host();
  for (const ms of [0, -1]) assert.is(failureOf(await asks.freeze(env, until(ms))).code, "invalid_request");
  const { answer } = verdictOf(rightOf(await asks.freeze(env, until(1))));
  assert.match(answer.message, /^web1 takes no deployment until 2026-01-31T12:00:00\.001Z: prod\/all is frozen/);
  const late = host({ logNow: () => noonMs + 5_000 });
  assert.match(verdictOf(rightOf(await asks.freeze(late.env, until(1)))).answer.message, "which is over");
});

test("whoever lifts one freeze is told of another that holds, in one line", async () => {
  const said = async (...held: readonly Freeze[]) => {
    const { env } = host();
    const freezes = { ...env.freezes, inForce: () => right(held) };
    return verdictOf(rightOf(await asks.unfreeze({ ...env, freezes }))).answer.message;
  };
  const of = (at: Address): Freeze => ({
    ...{ address: at, frozen: true, by: requester("bob"), seq: 7, at_ms: noonMs, reason: "a\nb" },
  });
  assert.is(await said(of(address)), "no freeze of prod/all holds on web1");
  assert.is(
    await said(of(address), of(hostAddress(web1.tier, web1.hostname))),
    "no freeze of prod/all holds on web1, but web1 still takes no deployment: bob froze prod/web1 until it is lifted (a b)",
  );
});

test("a freeze with nothing but blanks for a reason has none", async () => {
  for (const reason of ["", " \n\t"])
    assert.is(failureOf(await asks.freeze(host().env, { reason })).code, "invalid_request");
});

test("what the host does not get done is what the effect says", async () => {
  const { env } = host({ cancel: () => TE.left(failure("too_late", "it is activated")) });
  const { effect } = verdictOf(rightOf(await asks.cancel(env)));
  assert.is(failureOf((await effect?.()) ?? right(undefined)).code, "too_late");
  const broken = host({ remembered: TE.left(failure("internal", "the disk fails")) });
  const frozen = verdictOf(rightOf(await asks.freeze(broken.env)));
  assert.is(failureOf((await frozen.effect?.()) ?? right(undefined)).code, "internal");
  assert.equal(broken.did, []);
});

test("a host with a stand-in says so", async () => {
  const { env } = host({ simulated: true });
  assert.is(verdictOf(rightOf(await asks.unfreeze(env))).answer.simulated, true);
});

test.run();
