/** The events of a job: each is readable by its own codec, whatever a program said, and small enough for the log. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DeployEvent, logTailLines } from "../../../lib/contract/deploy-event.ts";
import { failure } from "../../../lib/contract/failure.ts";
import { instant } from "../../../lib/contract/values.ts";
import { eventOf, factsOf, failedEvent } from "../../../lib/host/facts.ts";
import { noonMs, order, storePath } from "../../support/fixtures.ts";

const test = suite("lib/host/facts");

const step = { status: "started", phase: "build", message: "web1 builds" } as const;
const failed = (message: string, logTail: readonly string[] = []): DeployEvent =>
  failedEvent(
    factsOf(order()),
    order(),
    { failure: failure("build_failed", message), phase: "build", logTail },
    noonMs,
  );
const isReadable = (event: DeployEvent): boolean =>
  DeployEvent.strict(JSON.parse(JSON.stringify(event)))._tag === "Right";

test("an event repeats what is known", () => {
  const facts = { ...factsOf(order()), closure: storePath("system") };
  assert.equal(eventOf(facts, order(), step, noonMs + 5120), {
    hostname: "web1",
    id: "req-1",
    request_seq: 41,
    requester: "alice",
    action: "switch",
    revision: "main",
    closure: storePath("system"),
    status: "started",
    phase: "build",
    message: "web1 builds",
    error: null,
    at: instant(noonMs + 5120),
    elapsed_ms: 5120,
  });
});

test("only a simulated order makes simulated records", () => {
  assert.is(factsOf(order({ engine: "simulated" })).simulated, true);
  for (const engine of ["nixos", "sandbox"] as const) assert.is("simulated" in factsOf(order({ engine })), false);
});

test("time never runs backwards, also when the clock was set back", () => {
  assert.is(eventOf(factsOf(order()), order(), step, noonMs - 60_000).elapsed_ms, 0);
});

test("a failure carries its code, its sentence and the last lines, if there are any", () => {
  const event = failed("It did not build.", ["one", "two"]);
  assert.equal([event.status, event.error, event.message], ["failed", "build_failed", "It did not build."]);
  assert.equal(event.log_tail, ["one", "two"]);
  assert.is("log_tail" in failed("It did not build."), false);
});

test("an event can be read back, whatever a program or a throw said", () => {
  const hostile = ["\u001b[31merror\u001b[0m", "a\r\nb", "\0", "\ud800", "x".repeat(1_000_000), "😀".repeat(9000)];
  for (const text of hostile) {
    assert.ok(isReadable(failed(text)), `message ${text.slice(0, 20)}`);
    assert.ok(isReadable(failed("It did not build.", [text])), `tail ${text.slice(0, 20)}`);
    assert.ok(isReadable(eventOf(factsOf(order()), order(), { ...step, message: text }, noonMs)));
  }
});

test("of too many lines the last are kept", () => {
  const lines = Array.from({ length: 100 }, (_, n) => `line ${n}`);
  assert.equal(failed("It did not build.", lines).log_tail, lines.slice(-logTailLines));
});

test("the largest event fits into a record of the log: 256 KiB", () => {
  const event = failed("😀".repeat(10_000), Array(logTailLines).fill("😀".repeat(10_000)));
  assert.ok(isReadable(event));
  assert.ok(Buffer.byteLength(JSON.stringify(event)) < 256 * 1024);
});

test.run();
