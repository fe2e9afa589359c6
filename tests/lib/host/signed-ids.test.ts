/** Signed ids are known again: at another place of the log, in a log that was made anew, and after a restart or a crash. */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { claimOf } from "../../../lib/contract/signed-request.ts";
import { instant } from "../../../lib/contract/values.ts";
import { signedIdsIn } from "../../../lib/host/signed-ids.ts";
import { verifier } from "../../../lib/nats/verify.ts";
import type { Asked } from "../../../lib/router/vouch.ts";
import { rightOf } from "../../support/either.ts";
import { noonMs } from "../../support/fixtures.ts";
import { newSigner, signedBy, trustedBy, trusting } from "../../support/signing.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/signed-ids");

const [alice, bob] = [newSigner(), newSigner()];
const trusted = trustedBy(trusting({ name: "alice", keys: [alice.publicKey] }, { name: "bob", keys: [bob.publicKey] }));
const root = tempDir("signed-ids");
const folder = (): string => mkdtempSync(join(root, "state-"));
const fileIn = (dir: string): string => join(dir, "signed-ids.ndjson");

const dayMs = 24 * 60 * 60_000;
const idsIn = (dir: string, nowMs = noonMs) => signedIdsIn(dir, () => nowMs);

/** A request with this id, valid for an hour. */
const asked = (id: string, place: Partial<Asked> = {}, key = alice, name = "alice"): Asked => {
  const body = JSON.stringify({ id, revision: "main", expires_at: instant(noonMs + 60 * 60_000) });
  return signedBy(key, { msgId: id, body, subject: `hd.req.${name}.prod.web1` }, place);
};

const claimIn = (request: Asked) => {
  const claim = rightOf(claimOf(request, trusted, verifier()));
  if (claim === undefined) throw new Error("not a request");
  return claim;
};

const meet = (ids: ReturnType<typeof idsIn>, request: Asked) => ids.keep(claimIn(request), request);

/** False: it is a replay. */
const keep = (ids: ReturnType<typeof idsIn>, request: Asked): boolean => meet(ids, request) !== "replay";

test("an entry is open until it has its answer, and in a later process nobody can tell", () => {
  const dir = folder();
  const ids = idsIn(dir);
  const one = asked("a", { seq: 5 });
  assert.equal([meet(ids, one), meet(ids, one)], ["new", "open"]);
  ids.close(claimIn(one), one);
  assert.is(meet(ids, one), "seen");
  const other = asked("b", { seq: 6 });
  assert.is(meet(ids, other), "new");
  assert.equal([meet(idsIn(dir), one), meet(idsIn(dir), other)], ["seen", "seen"]);
});

test("what could not be read back is not kept, and said", () => {
  const dir = folder();
  for (const seq of [0, -1, 1.5, 2 ** 53, Number.NaN]) {
    assert.throws(() => meet(idsIn(dir), asked("a", { seq })), /seq: must be/);
  }
  assert.is(idsIn(dir).damaged, 0);
});

test("an id is for one entry: the same entry again is it, another one is not", () => {
  const ids = idsIn(folder());
  assert.is(keep(ids, asked("a", { seq: 5 })), true);
  assert.is(keep(ids, asked("a", { seq: 5 })), true);
  assert.is(keep(ids, asked("a", { seq: 6 })), false);
  assert.is(keep(ids, asked("b", { seq: 6 })), true);
});

test("the same sequence at another time is another log's", () => {
  const ids = idsIn(folder());
  assert.is(keep(ids, asked("a", { seq: 5 })), true);
  assert.is(keep(ids, asked("a", { seq: 5, atMs: noonMs + 1 })), false);
});

test("nobody uses up the ids of another requester", () => {
  const ids = idsIn(folder());
  assert.is(keep(ids, asked("a", { seq: 5 }, bob, "bob")), true);
  assert.is(keep(ids, asked("a", { seq: 6 })), true);
});

test("they outlive a restart, in a file that others cannot read", async () => {
  const dir = folder();
  const ids = idsIn(dir);
  keep(ids, asked("a", { seq: 5 }));
  await ids.sync();
  await ids.sync();
  const again = idsIn(dir);
  assert.is(keep(again, asked("a", { seq: 6 })), false);
  assert.is(keep(again, asked("a", { seq: 5 })), true);
  assert.is(statSync(fileIn(dir)).mode & 0o777, 0o600);
});

test("a line that a crash tore is told, and spoils no other", () => {
  const dir = folder();
  keep(idsIn(dir), asked("a", { seq: 5 }));
  appendFileSync(fileIn(dir), '\n{"name":"alice","id":"torn');
  const again = idsIn(dir);
  assert.is(again.damaged, 1);
  keep(again, asked("b", { seq: 7 }));
  assert.is(keep(idsIn(dir), asked("a", { seq: 6 })), false);
  assert.is(idsIn(dir).damaged, 0);
});

test("what has long ceased to be valid is dropped at the start, and nothing before that", () => {
  const dir = folder();
  keep(idsIn(dir), asked("a", { seq: 5 }));
  idsIn(dir, noonMs + dayMs);
  assert.match(readFileSync(fileIn(dir), "utf8"), '"id":"a"');
  idsIn(dir, noonMs + 2 * dayMs);
  assert.is(readFileSync(fileIn(dir), "utf8"), "");
  assert.not.ok(existsSync(`${fileIn(dir)}.draft`));
});

test("the file does not grow for ever", () => {
  const dir = folder();
  let nowMs = noonMs;
  const ids = signedIdsIn(dir, () => nowMs);
  for (let n = 0; n < 1500; n++) keep(ids, asked(`old-${n}`, { seq: n + 1 }));
  nowMs += 2 * dayMs;
  for (let n = 0; n < 1000; n++) keep(ids, asked(`new-${n}`, { seq: 2000 + n }));
  assert.ok(readFileSync(fileIn(dir), "utf8").split("\n").length < 1010);
});

test("what cannot be kept throws, and a folder that cannot be used too", () => {
  assert.throws(() => idsIn(join(folder(), "missing")));
  const dir = folder();
  const ids = idsIn(dir);
  // A folder in the file's place: not even root can append to it.
  rmSync(fileIn(dir));
  mkdirSync(fileIn(dir));
  assert.throws(() => keep(ids, asked("a")));
});

test.run();
