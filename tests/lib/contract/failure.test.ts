/** The table of failures as a whole: it is part of the wire contract, so what it must hold is written out here. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { read } from "../../../lib/contract/codec.ts";
import { type FailureEntry, failure, failureCodes, failures, isFailureCode } from "../../../lib/contract/failure.ts";
import { routes } from "../../../lib/contract/routes/index.ts";
import { ErrorCode } from "../../../lib/contract/values.ts";

const test = suite("lib/contract/failure");
const entries: readonly (readonly [string, FailureEntry])[] = Object.entries(failures);

test("the codes of the design are all there", () => {
  const design =
    "invalid_request invalid_revision revision_not_found unauthorized expired superseded not_current busy frozen build_failed activation_failed health_check_failed rolled_back timeout cancelled interrupted unreachable unaudited internal";
  for (const code of design.split(" ")) assert.is(isFailureCode(code), true, code);
});

test("each code can be written into a record, and read back", () => {
  for (const code of failureCodes) assert.is(read(ErrorCode, code), code);
});

test("each meaning is a clause: no capital, no full stop", () => {
  for (const [code, { meaning }] of entries) assert.match(meaning, /^[a-z][^.]*[^.]$/, code);
});

test("exit codes are those of the CLI, and never success", () => {
  for (const [code, { exit }] of entries) assert.ok([1, 2, 4, 5, 7].includes(exit), code);
  const exits = (exit: number) => entries.filter(([, entry]) => entry.exit === exit).map(([code]) => code);
  assert.equal(exits(2), ["invalid_request", "invalid_revision", "unknown_target"]);
  assert.equal(exits(4), ["unauthorized", "unusable_key"]);
  assert.equal(exits(5), ["unreachable", "unaudited"]);
  assert.equal(exits(7), ["timeout"]);
});

test("a request that was wrong is not sent again", () => {
  for (const [code, { exit, retry }] of entries) assert.is(retry && (exit === 2 || exit === 4), false, code);
});

test("what every object has is no code", () => {
  for (const name of ["", "constructor", "toString", "__proto__", "Busy", "busy "])
    assert.is(isFailureCode(name), false);
});

test("a failure is its code and its sentence", () => {
  assert.equal(failure("busy", "web1 is busy."), { code: "busy", message: "web1 is busy." });
});

test("each route declares failures of the table, each once", () => {
  for (const { name, failures: declared } of routes) {
    assert.is(new Set(declared).size, declared.length, name);
    for (const code of declared) assert.is(isFailureCode(code), true, `${name} ${code}`);
  }
});

test.run();
