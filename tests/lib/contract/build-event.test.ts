/** What a builder says: a record of a thousand hosts fits the log, whatever their names are. */
import { isLeft, isRight } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BuildEvent, mostBuiltHosts } from "../../../lib/contract/build-event.ts";

const test = suite("lib/contract/build-event");

const said = { builder: "ci", repo: "nixos", target: "all", status: "started", error: null, message: "it begins" };

test("a response says at least who builds what and how far it is", () => {
  assert.is(isRight(BuildEvent.strict(said)), true);
  for (const key of Object.keys(said)) assert.is(isLeft(BuildEvent.lenient({ ...said, [key]: undefined })), true, key);
  assert.is(isLeft(BuildEvent.lenient({ ...said, status: "applied" })), true);
  assert.is(isRight(BuildEvent.lenient({ ...said, error: "a_newer_code", cache: {} })), true);
});

test("each host has an outcome, and the list of them an end", () => {
  const host = { host: "web1", outcome: "built", elapsed_ms: 1 };
  assert.is(isRight(BuildEvent.strict({ ...said, host })), true);
  assert.is(isLeft(BuildEvent.strict({ ...said, host: { ...host, outcome: "lost" } })), true);
  assert.is(isLeft(BuildEvent.strict({ ...said, host: { ...host, host: "--option" } })), true);
  const many = (count: number) => ({ ...said, results: Array.from({ length: count }, () => host) });
  assert.is(isRight(BuildEvent.strict(many(mostBuiltHosts))), true);
  assert.is(isLeft(BuildEvent.strict(many(mostBuiltHosts + 1))), true);
});

test.run();
