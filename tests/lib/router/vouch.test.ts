/** Each policy, with each reason why a signature may not count: what is objected to, what is only told, what is proved. */
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { SignaturePolicy } from "../../../lib/contract/fleet.ts";
import type { Claim } from "../../../lib/contract/signed-request.ts";
import { verifier } from "../../../lib/nats/verify.ts";
import { type Asked, type SignedIds, vouchByName, vouchBySignature } from "../../../lib/router/vouch.ts";
import { keepingLogger, noonMs, web1 } from "../../support/fixtures.ts";
import { allActions, bodyOf, newSigner, signedBy, trustedBy } from "../../support/signing.ts";

const test = suite("lib/router/vouch");

const [alice, bob, stranger] = [newSigner(), newSigner(), newSigner()];

/** Keeps ids as a host does, but for the disk. */
const memory = (): SignedIds => {
  const places = new Map<string, number>();
  const open = new Set<string>();
  const keyOf = ({ id }: Claim, { requester }: Asked) => `${requester} ${id}`;
  return {
    keep: (claim, asked) => {
      const key = keyOf(claim, asked);
      const known = places.get(key);
      if (known !== undefined && known !== asked.seq) return "replay";
      places.set(key, asked.seq);
      if (known === undefined) open.add(key);
      if (known === undefined) return "new";
      return open.has(key) ? "open" : "seen";
    },
    close: (claim, asked) => void open.delete(keyOf(claim, asked)),
  };
};

test("what was answered is not taken for new when it is handed over again, whether it was served or refused", () => {
  for (const asked of [signedBy(alice), signedBy(alice, { atMs: noonMs - 16 * 60_000 })]) {
    const { vouch } = host("require");
    const first = vouch(asked);
    assert.is(first.seenBefore, false);
    assert.is(vouch(asked).seenBefore, false);
    first.answered?.();
    assert.is(vouch(asked).seenBefore, true);
  }
});

test("a tier that does not require signatures takes what is handed over again as NATS says", () => {
  const { vouch } = host("warn");
  vouch(signedBy(alice)).answered?.();
  assert.is(vouch(signedBy(alice)).seenBefore, undefined);
});

const host = (policy: SignaturePolicy, ids: SignedIds = memory()) => {
  const trusted = trustedBy({
    tiers: { prod: policy },
    keys: [
      { name: "alice", keys: [alice.publicKey], tiers: ["prod"], actions: allActions },
      { name: "bob", keys: [bob.publicKey], tiers: ["prod"], actions: ["dry-activate"] },
    ],
  });
  const logger = keepingLogger();
  const vouch = vouchBySignature({
    ...{ host: web1, verify: verifier(), ids, logger, now: () => noonMs },
    trusted: () => right(trusted),
  });
  return { vouch, lines: logger.lines };
};

const bad: readonly (readonly [why: RegExp, asked: Asked])[] = [
  [/it is not signed/, signedBy(alice, {}, { signature: undefined })],
  [/its signature cannot be read: it is not four words/, signedBy(alice, {}, { signature: "ed25519" })],
  [/key U\w+ is not trusted here/, signedBy(stranger)],
  [/its key is that of bob, and its subject says alice/, signedBy(bob)],
  [/its signature is not good/, signedBy(alice, {}, { body: bodyOf({ revision: "evil" }) })],
  [/its signature is not good/, signedBy(alice, {}, { subject: "hd.req.alice.prod.all" })],
  [/its signature is not good/, signedBy(alice, {}, { msgId: "req-2" })],
  [/without a name/, signedBy(alice, { subject: "hd.req.unnamed.prod.web1" })],
  [/may not ask in the tier test/, signedBy(alice, { subject: "hd.req.alice.test.web1" })],
  [/may not ask for switch/, signedBy(bob, { subject: "hd.req.bob.prod.web1" })],
  [/set the clocks right/, signedBy(alice, { atMs: noonMs + 121_000 })],
  [/out of date/, signedBy(alice, { atMs: noonMs - 16 * 60_000 })],
  [/out of date/, signedBy(alice, { body: bodyOf({ expires_at: "2026-01-31T11:59:59Z" }) })],
  [/more than seven days/, signedBy(alice, { body: bodyOf({ expires_at: "2027-01-31T11:59:59Z" }) })],
  [/does not have the id of its message/, signedBy(alice, { msgId: "req-2" })],
];

test("where signatures are required, whatever is wrong with one is unauthorized, and says why", () => {
  for (const [why, asked] of bad) {
    const { proof, objection } = host("require").vouch(asked);
    assert.is(objection?.code, "unauthorized", String(why));
    assert.match(objection?.message ?? "", why);
    assert.match(objection?.message ?? "", /^web1 does not serve this request: its? .*Nothing was done/);
    assert.is(proof, asked.requester === "unnamed" ? "unnamed" : "named");
  }
});

test("where they are only looked at, it is served, proved by no more than its name, and told", () => {
  for (const [why, asked] of bad) {
    const { vouch, lines } = host("warn");
    assert.equal(vouch(asked), { proof: asked.requester === "unnamed" ? "unnamed" : "named", objection: undefined });
    assert.equal(
      lines.map(({ level }) => level),
      ["warn"],
    );
    assert.match(lines[0]?.message ?? "", why);
  }
});

test("where they are not asked for, nothing is looked at", () => {
  for (const [, asked] of bad) {
    const { vouch, lines } = host("off");
    assert.is(vouch(asked).objection, undefined);
    assert.equal(lines, []);
  }
  assert.equal(host("off").vouch(signedBy(alice)), { proof: "named", objection: undefined });
  assert.equal(vouchByName(signedBy(alice)), { proof: "named", objection: undefined });
});

test("a good one is proved", () => {
  for (const policy of ["require", "warn"] as const) {
    const { vouch, lines } = host(policy);
    const { proof, objection } = vouch(signedBy(alice));
    assert.equal([proof, objection], ["signed", undefined]);
    assert.equal(lines, []);
  }
});

test("delivered again it is the same; at another place it is a replay, also of one that was refused", () => {
  const { vouch } = host("require");
  const refused = signedBy(bob, { subject: "hd.req.bob.prod.web1", msgId: "req-2", body: bodyOf({ id: "req-2" }) });
  for (const asked of [signedBy(alice), refused]) {
    const [first, again] = [vouch(asked), vouch(asked)];
    assert.equal([again.proof, again.objection], [first.proof, first.objection]);
    const { proof, objection } = vouch({ ...asked, seq: 99 });
    assert.is(objection?.code, "unauthorized");
    assert.match(objection?.message ?? "", /it is a replay: its id req-\d was used before/);
    assert.is(proof, "named");
  }
});

test("what never was signed uses up no id", () => {
  const { vouch } = host("require");
  for (const [, asked] of bad.slice(0, 7)) vouch({ ...asked, seq: 7 });
  assert.is(vouch(signedBy(alice)).proof, "signed");
});

test("what is no request is left to whoever reads it: it is refused in any case", () => {
  assert.equal(host("require").vouch(signedBy(alice, { body: "not JSON" })), { proof: "signed", objection: undefined });
});

test("keys that cannot be read trust nobody", () => {
  const logger = keepingLogger();
  const vouch = vouchBySignature({
    ...{ host: web1, verify: verifier(), ids: memory(), logger, now: () => noonMs },
    trusted: () => left("The trusted keys cannot be read."),
  });
  const { proof, objection } = vouch(signedBy(alice));
  assert.equal(
    [proof, objection?.code, objection?.message],
    ["named", "unauthorized", "The trusted keys cannot be read."],
  );
  assert.is(logger.lines[0]?.level, "error");
});

test("what cannot be remembered is not served where it would have to be", () => {
  const full: SignedIds = {
    keep: () => {
      throw new Error("ENOSPC: no space left on device");
    },
    close: () => {},
  };
  const { objection } = host("require", full).vouch(signedBy(alice));
  assert.is(objection?.code, "internal");
  assert.match(objection?.message ?? "", /ENOSPC.*Make room/);
  const warning = host("warn", full);
  assert.is(warning.vouch(signedBy(alice)).objection, undefined);
  assert.match(warning.lines[0]?.message ?? "", "ENOSPC");
});

test.run();
