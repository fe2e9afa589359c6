/** The first signal asks, the second ends, and where nobody waits the signals are left alone. */
import { EventEmitter } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { interrupts } from "../../cli/interrupts.ts";

const test = suite("cli/interrupts");

const fake = () => {
  const exits: unknown[] = [];
  const emitter = new EventEmitter();
  const exit = (code: unknown) => {
    exits.push(code);
    return undefined as never;
  };
  const process = Object.assign(emitter, { exit }) as unknown as Parameters<typeof interrupts>[0];
  return { emitter, exits, ...interrupts(process) };
};

test("as long as nobody waits, the signals are left alone", () => {
  const { emitter, onInterrupt, interrupt } = fake();
  assert.is(emitter.listenerCount("SIGINT"), 0);
  onInterrupt(() => {})();
  assert.is(emitter.listenerCount("SIGINT"), 0);
  assert.is(emitter.listenerCount("SIGTERM"), 0);
  assert.is(interrupt(), false);
});

test("the first signal asks, the second ends the process", () => {
  const { emitter, exits, onInterrupt } = fake();
  let asked = 0;
  onInterrupt(() => {
    asked += 1;
  });
  emitter.emit("SIGTERM");
  assert.is(asked, 1);
  assert.equal(exits, []);
  emitter.emit("SIGINT");
  assert.equal(exits, [130]);
});

test("the second ends it also while what was asked for is being said", () => {
  const { emitter, exits, onInterrupt } = fake();
  const release = onInterrupt(() => {});
  emitter.emit("SIGINT");
  release();
  emitter.emit("SIGINT");
  assert.equal(exits, [130]);
});

test("who is patient is called again, and nothing else happens", () => {
  const { emitter, exits, onInterrupt } = fake();
  let asked = 0;
  onInterrupt(
    () => {
      asked += 1;
    },
    { patient: true },
  );
  emitter.emit("SIGINT");
  emitter.emit("SIGTERM");
  assert.equal([asked, exits], [2, []]);
});

test.run();
