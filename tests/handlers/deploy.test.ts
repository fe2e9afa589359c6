/** The decision of the deploy handler: each reason to refuse, and what a host takes on when it accepts. A plain call each. */
import { left, right } from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type DeployEnv, handleDeploy } from "../../handlers/deploy.ts";
import { allAddress } from "../../lib/contract/address.ts";
import { type DeployEvent, DeployEvent as DeployEventCodec } from "../../lib/contract/deploy-event.ts";
import { failure } from "../../lib/contract/failure.ts";
import { unnamed } from "../../lib/contract/names.ts";
import { alreadyTaken, type Request } from "../../lib/contract/route.ts";
import { deploy } from "../../lib/contract/routes/deploy.ts";
import { Reason } from "../../lib/contract/values.ts";
import { deployments } from "../../lib/host/deployments.ts";
import type { Freeze } from "../../lib/host/freezes.ts";
import { JobOrder } from "../../lib/host/job-order.ts";
import { failureOf, rightOf } from "../support/either.ts";
import { fit, noonMs, orderSettings, origin, requester, requestId, storePath, web1 } from "../support/fixtures.ts";
import { hostWorld } from "../support/host-world.ts";
import { tempDir } from "../support/temp-dir.ts";

const test = suite("handlers/deploy");

const request = (input: object = {}, changes: Parameters<typeof origin>[0] = {}): Request<typeof deploy> => {
  const decoded = deploy.input.strict({ revision: "main", ...input });
  if (decoded._tag === "Left") throw new Error(decoded.left.join(". "));
  return { ...origin(changes), input: decoded.right };
};

const hourMs = 3_600_000;

interface Reserved {
  readonly order: JobOrder;
  readonly accepted: DeployEvent;
}

/** A host on which nothing stands in the way; `reserved` is what the handler took on. */
const free = (changes: Partial<DeployEnv> = {}) => {
  const reserved: Reserved[] = [];
  const env: DeployEnv = {
    host: web1,
    settings: { flake_url: "git+file:///srv/flake", engine: "nixos", ...orderSettings },
    now: () => noonMs,
    logNow: () => noonMs,
    queueMs: hourMs,
    rollback: true,
    decisionOf: () => undefined,
    freezes: { inForce: () => right([]) },
    answeredBefore: () => TE.right("new"),
    remembered: TE.right(undefined),
    current: async () => storePath("current"),
    deployments: {
      reserve: (order, accepted) => {
        reserved.push({ order, accepted });
        return right({ answer: accepted });
      },
    },
    ...changes,
  };
  return { env, reserved };
};

test("a request that nothing speaks against is taken, as it was asked and by whom", async () => {
  const { env, reserved } = free();
  const asked = request({ action: "boot", reason: "certificates", reply_to: "deploy.responses.x" });
  const verdict = rightOf(await handleDeploy(asked, env)());
  assert.is.not(verdict, alreadyTaken);
  assert.is(reserved.length, 1);
  const { order, accepted } = reserved[0] as Reserved;
  assert.equal(
    { action: order.action, revision: order.revision, requester: order.requester, seq: order.request_seq },
    { action: "boot", revision: "main", requester: "alice", seq: 41 },
  );
  assert.equal([order.reason, order.reply_to], ["certificates", "deploy.responses.x"]);
  assert.equal([accepted.status, accepted.error, accepted.elapsed_ms], ["accepted", null, 0]);
  assert.is(accepted.simulated, undefined);
});

test("a host with a stand-in says so from its first record on", async () => {
  const { env, reserved } = free();
  const simulated = { ...env, settings: { ...env.settings, engine: "simulated" as const } };
  rightOf(await handleDeploy(request(), simulated)());
  assert.is(reserved[0]?.accepted.simulated, true);
});

test("what has expired is refused, to the millisecond", async () => {
  const { env, reserved } = free();
  const expires = (at: string) => handleDeploy(request({ expires_at: at }), env)();
  const failed = failureOf(await expires("2026-01-31T11:59:59.999Z"));
  assert.is(failed.code, "expired");
  assert.match(failed.message, "2026-01-31T11:59:59.999Z");
  assert.is(reserved.length, 0);
  rightOf(await expires("2026-01-31T12:00:00.000Z"));
  rightOf(await expires("2026-01-31T14:00:00+02:00"));
  assert.is(reserved.length, 2);
});

test("`if_current` holds or the request is refused with what runs", async () => {
  const { env, reserved } = free();
  rightOf(await handleDeploy(request({ if_current: storePath("current") }), env)());
  const failed = failureOf(await handleDeploy(request({ if_current: storePath("older") }), env)());
  assert.is(failed.code, "not_current");
  assert.match(failed.message, storePath("current"));
  const unknown = failureOf(
    await handleDeploy(request({ if_current: storePath("older") }), { ...env, current: async () => undefined })(),
  );
  assert.is(unknown.code, "not_current");
  assert.is(reserved.length, 1);
});

test("a busy host refuses, and nothing else is asked of it", async () => {
  const { env } = free({ deployments: { reserve: () => left(failure("busy", "web1 is working on req-0 of bob.")) } });
  const failed = failureOf(await handleDeploy(request(), env)());
  assert.is(failed.code, "busy");
  assert.match(failed.message, "bob");
});

const unasked = (): Promise<never> => Promise.reject(new Error("what runs was asked"));

const objection = failure("unauthorized", "web1 does not serve this request: it is not signed.");
const objected = { proof: "named", objection } as const;

test("what the host objects to is refused, and nothing else is asked of it", async () => {
  const { env, reserved } = free({ current: unasked });
  const asked = request(
    { if_current: storePath("current"), expires_at: "2020-01-01T00:00:00Z" },
    { vouched: objected },
  );
  assert.equal(failureOf(await handleDeploy(asked, env)()), objection);
  assert.is(reserved.length, 0);
});

test("what was taken before is not refused as well, whatever is objected to by now", async () => {
  const { env } = free({ answeredBefore: () => TE.right("taken") });
  const again = request({}, { redelivered: true, vouched: objected });
  assert.is(rightOf(await handleDeploy(again, env)()), alreadyTaken);
});

test("an id that was used before is told as what the host objects to; what nobody can tell is asked again", async () => {
  const before = (code: "invalid_request" | "unreachable") =>
    free({ answeredBefore: () => TE.left(failure(code, "the id was used before, or nobody knows")) }).env;
  const replay = request({}, { vouched: objected });
  assert.equal(failureOf(await handleDeploy(replay, before("invalid_request"))()), objection);
  assert.is(failureOf(await handleDeploy(replay, before("unreachable"))()).code, "unreachable");
});

test("how the host knows who asked goes into the order and the acceptance", async () => {
  for (const proof of ["signed", "named", "unnamed"] as const) {
    const { env, reserved } = free();
    rightOf(await handleDeploy(request({}, { vouched: { proof, objection: undefined } }), env)());
    assert.equal([reserved[0]?.order.proof, reserved[0]?.accepted.proof], [proof, proof]);
  }
});

test("before a refusal, the disk has which signed requests were seen; an acceptance has its journal for that", async () => {
  const synced: string[] = [];
  const remembered = TE.fromIO(() => void synced.push("synced"));
  rightOf(await handleDeploy(request(), free({ remembered }).env)());
  assert.equal(synced, []);
  const busy = free({ remembered, deployments: { reserve: () => left(failure("busy", "web1 is working.")) } });
  assert.is(failureOf(await handleDeploy(request(), busy.env)()).code, "busy");
  assert.equal(synced, ["synced"]);
  const broken = free({ remembered: TE.left(failure("internal", "the disk fails")) });
  assert.is(failureOf(await handleDeploy(request({}, { vouched: objected }), broken.env)()).code, "internal");
});

test("a request that was taken before is not taken again, also when it has expired since", async () => {
  const { env, reserved } = free({ answeredBefore: () => TE.right("taken") });
  const asked = request({ expires_at: "2020-01-01T00:00:00Z" }, { redelivered: true });
  assert.is(rightOf(await handleDeploy(asked, env)()), alreadyTaken);
  assert.is(reserved.length, 0);
});

test("an id that was used before is refused, and by then nothing was asked of the host", async () => {
  const reused = failure("invalid_request", "The id req-1 was used before.");

  const { env, reserved } = free({ answeredBefore: () => TE.left(reused), current: unasked });
  const asked = request({ if_current: storePath("current"), expires_at: "2020-01-01T00:00:00Z" });
  assert.equal(failureOf(await handleDeploy(asked, env)()), reused);
  assert.is(reserved.length, 0);
});

test("an expired request is not looked into any further", async () => {
  const { env, reserved } = free({ current: unasked });
  const asked = request({ if_current: storePath("current"), expires_at: "2020-01-01T00:00:00Z" });
  assert.is(failureOf(await handleDeploy(asked, env)()).code, "expired");
  assert.is(reserved.length, 0);
});

test("a host that does not know what it runs takes no request that depends on it", async () => {
  const { env, reserved } = free({ current: async () => undefined });
  const failed = failureOf(await handleDeploy(request({ if_current: storePath("current") }), env)());
  assert.is(failed.message.startsWith("web1 runs nothing known, not /nix/store/"), true);
  assert.is(reserved.length, 0);
});

test("what is taken on can be kept: the order and the acceptance fit their codecs", async () => {
  const { env, reserved } = free();
  const settings = { ...env.settings, root: "/var/lib/hd" };
  const inputs = [
    {},
    { action: "test" },
    { reason: "a\nb", reply_to: "deploy.responses.x" },
    { revision: `${"r/".repeat(120)}x` },
  ];
  for (const input of inputs) rightOf(await handleDeploy(request(input), { ...env, settings })());
  assert.is(reserved.length, inputs.length);
  for (const { order, accepted } of reserved) {
    assert.is(JobOrder.strict(JSON.parse(JSON.stringify(order)))._tag, "Right");
    assert.is(DeployEventCodec.strict(JSON.parse(JSON.stringify(accepted)))._tag, "Right");
    assert.is("expires_at" in order, false);
  }
});

test("of many at once one is taken, and the others are told of it", async () => {
  const world = await hostWorld(tempDir("handle-deploy"));
  const tasks = deployments(world.env(), () => async () => right(undefined), AbortSignal.abort());
  const { env } = free({ deployments: tasks });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => handleDeploy(request({}, { id: requestId(`req-${n}`) }), env)()),
  );
  assert.is(answers.filter(({ _tag }) => _tag === "Right").length, 1);
  const codes = new Set(answers.flatMap((answer) => (answer._tag === "Left" ? [answer.left.code] : [])));
  assert.equal(codes, new Set(["busy"]));
});

test("a request without an expiry waits as long as the host lets it, by the clock of the log", async () => {
  const at = (logMs: number, changes: Partial<DeployEnv> = {}) =>
    handleDeploy(request(), free({ logNow: () => noonMs + logMs, now: () => 0, ...changes }).env)();
  rightOf(await at(hourMs));
  assert.match(failureOf(await at(hourMs + 1)).message, "expired at 2026-01-31T13:00:00.000Z");
  assert.is(failureOf(await at(61, { queueMs: 60 })).code, "expired");
  // What its requester set is what counts.
  const own = request({ expires_at: "2026-02-07T12:00:00Z" });
  rightOf(await handleDeploy(own, free({ logNow: () => noonMs + 24 * hourMs }).env)());
});

test("what was cancelled is refused with who did it, also when it has expired since", async () => {
  const decision = { kind: "cancel", by: requester("bob"), seq: 50, reason: fit(Reason, "wrong branch") } as const;
  const { env, reserved } = free({ decisionOf: () => decision });
  const failed = failureOf(await handleDeploy(request({ expires_at: "2020-01-01T00:00:00Z" }), env)());
  assert.equal([failed.code, failed.by], ["cancelled", "bob"]);
  assert.match(failed.message, "cancelled by bob (wrong branch)");
  assert.is(reserved.length, 0);
  rightOf(await handleDeploy(request(), free({ decisionOf: () => ({ kind: "activate" }) }).env)());
});

test("one that a newer one took the place of is refused as that, and what runs is not asked", async () => {
  const { env, reserved } = free({ current: unasked });
  const newer = { newer: requestId("req-9") };
  const asked = (input: object) => handleDeploy(request(input, newer), env)();
  const failed = failureOf(await asked({ if_current: storePath("older") }));
  assert.is(failed.code, "superseded");
  assert.match(failed.message, "req-9");
  assert.is(failureOf(await asked({ expires_at: "2020-01-01T00:00:00Z" })).code, "expired");
  assert.is(reserved.length, 0);
});

const holidays: Freeze = {
  ...{ address: allAddress(web1.tier), frozen: true, by: requester("bob"), seq: 9, at_ms: noonMs },
  reason: fit(Reason, "holidays"),
};

test("a frozen host takes what changes nothing, and an override; nothing else", async () => {
  const { env, reserved } = free({ freezes: { inForce: () => right([holidays]) } });
  for (const action of ["switch", "boot", "test"]) {
    const failed = failureOf(await handleDeploy(request({ action }), env)());
    assert.is(failed.code, "frozen");
    assert.match(failed.message, /bob froze prod\/all until it is lifted \(holidays\).*hd unfreeze prod\/all/);
  }
  rightOf(await handleDeploy(request({ action: "dry-activate" }), env)());
  rightOf(await handleDeploy(request({ reason: "the site is down" }, { verb: "override" }), env)());
  assert.equal(
    reserved.map(({ order, accepted }) => [order.override, accepted.override]),
    [
      [undefined, undefined],
      [true, true],
    ],
  );
});

test("a host that is frozen by its own configuration says so, and names no request that lifts it", async () => {
  const { env, reserved } = free({ freezes: { inForce: () => right([{ ...holidays, configured: true } as const]) } });
  const failed = failureOf(await handleDeploy(request(), env)());
  assert.is(failed.code, "frozen");
  assert.match(failed.message, /by its own configuration \(holidays\).*--override-freeze/);
  assert.not.match(failed.message, "hd unfreeze");
  rightOf(await handleDeploy(request({ reason: "takes them again" }, { verb: "override" }), env)());
  assert.is(reserved.length, 1);
});

test("a host that never goes back says so in its order, whatever is asked", async () => {
  const { env, reserved } = free({ rollback: false });
  rightOf(await handleDeploy(request(), env)());
  rightOf(await handleDeploy(request({ rollback: true }), env)());
  assert.equal(
    reserved.map(({ order }) => order.rollback),
    [false, false],
  );
});

test("a host that cannot tell whether it is frozen is", async () => {
  const { env } = free({ freezes: { inForce: () => left("Remove the file.") } });
  assert.equal(failureOf(await handleDeploy(request(), env)()), failure("frozen", "Remove the file."));
});

test("an override has a reason and a name, whether anything is frozen or not", async () => {
  const { env } = free();
  const override = { verb: "override" } as const;
  assert.is(failureOf(await handleDeploy(request({}, override), env)()).code, "invalid_request");
  assert.is(failureOf(await handleDeploy(request({ reason: " \n" }, override), env)()).code, "invalid_request");
  const unknown = { ...override, requester: unnamed };
  assert.is(failureOf(await handleDeploy(request({ reason: "mine" }, unknown), env)()).code, "unauthorized");
});

test("where nobody can tell whether it was answered, it does not run", async () => {
  const { env, reserved } = free({ answeredBefore: () => TE.left(failure("interrupted", "web1 was restarted.")) });
  assert.is(failureOf(await handleDeploy(request({}, { redelivered: true }), env)()).code, "interrupted");
  assert.is(reserved.length, 0);
});

test.run();
