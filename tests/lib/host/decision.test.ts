/** The decision between activation and cancel: one of any number is made, it is whole as soon as it is seen, and it stays. */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Decision, decide, decisionFile, decisionOf } from "../../../lib/host/decision.ts";
import { requester, requestId } from "../../support/fixtures.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/host/decision");
const root = tempDir("decision");
let dir = "";
let count = 0;

test.before.each(() => {
  dir = join(root, String(count++));
  mkdirSync(dir);
});

const id = requestId("req-1");
const activate: Decision = { kind: "activate" };
const cancel: Decision = { kind: "cancel", by: requester("bob"), seq: 42, reason: "wrong branch" };

test("what is decided first holds, and a second one learns of it", async () => {
  assert.is(decisionOf(dir, id), undefined);
  assert.equal(await decide(dir, id, cancel), cancel);
  assert.equal(await decide(dir, id, activate), cancel);
  assert.equal(decisionOf(dir, id), cancel);
  assert.equal(readdirSync(dir), ["req-1.decision"]);
  assert.is(statSync(decisionFile(dir, id)).mode & 0o777, 0o600);
});

test("of many that come at once, one is made, and all are told the same", async () => {
  for (let round = 0; round < 20; round++) {
    const of = requestId(`req-${round}`);
    const wanted = Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? activate : { ...cancel, seq: n }));
    const held = await Promise.all(wanted.map((one) => decide(dir, of, one)));
    for (const one of held) assert.equal(one, held[0]);
    assert.equal(decisionOf(dir, of), held[0]);
  }
});

test("one that a crash tore cancels: nobody can tell, and nothing may be activated", async () => {
  for (const torn of ["", "{", '{"kind":"acti', "null", '{"kind":"perhaps"}']) {
    writeFileSync(decisionFile(dir, id), torn);
    assert.is(decisionOf(dir, id)?.kind, "cancel");
    assert.is((await decide(dir, id, activate)).kind, "cancel");
  }
});

test("a disk that refuses is no decision", async () => {
  rmSync(dir, { recursive: true });
  let refused: unknown;
  await decide(dir, id, activate).catch((thrown: unknown) => {
    refused = thrown;
  });
  assert.instance(refused, Error);
});

test.run();
