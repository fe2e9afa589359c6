/** A listener with trusted keys checks signatures, also after a restart; one whose keys cannot be used does not start. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { vouchingOf } from "../../handlers/vouching.ts";
import { isUserKey, verifier } from "../../lib/nats/verify.ts";
import { failureOf, rightOf } from "../support/either.ts";
import { keepingLogger, noonMs, web1 } from "../support/fixtures.ts";
import { allActions, newSigner, signedBy, trusting } from "../support/signing.ts";
import { tempDir } from "../support/temp-dir.ts";

const test = suite("handlers/vouching");

const root = tempDir("vouching");
const alice = newSigner();
const trusted = trusting({ name: "alice", keys: [alice.publicKey], tiers: ["prod"], actions: allActions });

const place = (contents = JSON.stringify(trusted)) => {
  const stateDir = mkdtempSync(join(root, "state-"));
  const trustedKeysFile = join(stateDir, "trusted.json");
  writeFileSync(trustedKeysFile, contents, { mode: 0o600 });
  return { host: web1, stateDir, trustedKeysFile };
};

const start = (
  options: ReturnType<typeof place> | { trustedKeysFile: undefined; stateDir: string; host: typeof web1 },
) => {
  const logger = keepingLogger();
  return { logger, vouching: vouchingOf(options, { isKey: isUserKey, verify: verifier(), logger, now: () => noonMs }) };
};

test("without trusted keys the subject says who asked, and no file is made", async () => {
  const { vouch, remembered } = rightOf(
    start({ ...place(), stateDir: "/nowhere", trustedKeysFile: undefined }).vouching,
  );
  assert.equal(vouch(signedBy(alice, {}, { signature: undefined })), { proof: "named", objection: undefined });
  rightOf(await remembered());
});

test("with them it says at the start what it asks for, and then asks for it", () => {
  const { vouching, logger } = start(place());
  assert.equal(logger.lines, [
    { level: "info", fields: { signatures: "require", owners: 1 }, message: "trusted keys are read" },
  ]);
  const { vouch } = rightOf(vouching);
  assert.is(vouch(signedBy(alice)).proof, "signed");
  assert.is(vouch(signedBy(alice, {}, { signature: undefined })).objection?.code, "unauthorized");
});

test("a replay is known after a restart, refused or not", async () => {
  const options = place();
  const late = signedBy(alice, { msgId: "req-2", body: '{"id":"req-2","revision":"main"}', atMs: noonMs - 3_600_000 });
  const { vouch, remembered } = rightOf(start(options).vouching);
  assert.is(vouch(signedBy(alice)).proof, "signed");
  assert.match(vouch(late).objection?.message ?? "", "out of date");
  rightOf(await remembered());
  const again = rightOf(start(options).vouching);
  assert.match(again.vouch(signedBy(alice, {}, { seq: 99 })).objection?.message ?? "", "replay");
  assert.match(again.vouch({ ...late, seq: 99 }).objection?.message ?? "", "replay");
  assert.is(again.vouch(signedBy(alice)).proof, "signed");
});

test("keys that cannot be used at the start end it", () => {
  const failed = failureOf(start(place("{}")).vouching);
  assert.is(failed.code, "unusable_key");
  assert.match(failed.message, /trusted\.json are wrong: keys: is missing/);
});

test("a state folder that cannot keep what was seen ends it", () => {
  const options = place();
  mkdirSync(join(options.stateDir, "signed-ids.ndjson"));
  const failed = failureOf(start(options).vouching);
  assert.is(failed.code, "internal");
  assert.match(failed.message, "state folder");
});

test("a damaged line of what was seen is told", () => {
  const options = place();
  writeFileSync(join(options.stateDir, "signed-ids.ndjson"), '\n{"name":"ali');
  const { logger, vouching } = start(options);
  rightOf(vouching);
  assert.match(JSON.stringify(logger.lines), "could not be read");
});

test.run();
