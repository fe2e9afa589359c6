/** When a host announces itself, by a clock of the test: at once, together, every so often, again after a failure, and last. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Failure, failure } from "../../../lib/contract/failure.ts";
import type { Presence } from "../../../lib/contract/presence.ts";
import { announcer } from "../../../lib/host/announcer.ts";
import { type Deferred, deferred, keepingLogger } from "../../support/fixtures.ts";

const test = suite("lib/host/announcer");

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Lets what is under way come to rest: nothing in these tests waits for anything but the clock. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
};

const setting = (options: { intervalMs?: number; describe?: () => Promise<Presence> } = {}) => {
  const timers = new Set<Timer>();
  const clock = { nowMs: 0 };
  const said: string[] = [];
  const answers: (Either<Failure, void> | Deferred<Either<Failure, void>>)[] = [];
  const logger = keepingLogger();
  let revision = 0;
  const made = announcer({
    describe: async () => ({ generation: revision }) as unknown as Presence,
    intervalMs: 60_000,
    ...options,
    logger,
    after: (delayMs, callback) => {
      const timer = { atMs: clock.nowMs + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    announcing: {
      put: (value) => async () => {
        const { generation, stopped } = JSON.parse(value);
        said.push(`${clock.nowMs}: ${generation}${stopped === true ? " stopped" : ""}`);
        const answer = answers.shift() ?? right(undefined);
        return "promise" in answer ? answer.promise : answer;
      },
    },
  });
  const pass = async (ms: number): Promise<void> => {
    const endMs = clock.nowMs + ms;
    for (;;) {
      await settle();
      const [next] = [...timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      timers.delete(next);
      clock.nowMs = next.atMs;
      next.callback();
    }
    clock.nowMs = endMs;
  };
  const change = (): void => {
    revision += 1;
    made.changed();
  };
  const warnings = () => logger.lines.filter(({ level }) => level === "warn").map(({ message }) => message);
  return { ...made, change, pass, said, answers, timers, warnings, logger };
};

const noBucket = failure("unaudited", "The bucket HD_HOSTS does not answer.");
const noLink = failure("unreachable", "The connection to NATS is down.");

test("a change at once, and every minute what is true then", async () => {
  const { change, pass, said } = setting();
  change();
  await pass(130_000);
  assert.equal(said, ["0: 1", "60000: 1", "120000: 1"]);
});

test("a burst is two announcements: the first change at once, the last state a moment later", async () => {
  const { change, pass, said } = setting();
  for (let n = 0; n < 50; n++) change();
  await pass(1_000);
  assert.equal(said, ["0: 1", "200: 50"]);
  for (let n = 0; n < 100; n++) {
    change();
    await pass(10);
  }
  assert.ok(said.length <= 2 + 6, `${said.length - 2} in a second`);
  await pass(200);
  assert.match(said.at(-1) ?? "", ": 150");
});

test("nothing is said before the first change, not even a good-bye", async () => {
  const { pass, said, end, timers } = setting();
  await pass(300_000);
  await end();
  assert.equal([said, timers.size], [[], 0]);
});

test("with an interval of 0 nothing is said", async () => {
  const { change, pass, said, end } = setting({ intervalMs: 0 });
  change();
  await pass(300_000);
  await end();
  assert.equal(said, []);
});

test("a failure is tried again sooner, later and later, and told once until it works again", async () => {
  const { change, pass, said, answers, warnings } = setting();
  answers.push(...Array(8).fill(left(noBucket)));
  change();
  await pass(200_000);
  const at = said.map((one) => Number(one.split(":")[0]));
  assert.equal(at.slice(0, 9), [0, 1_000, 3_000, 7_000, 15_000, 31_000, 63_000, 123_000, 183_000]);
  assert.equal(warnings(), ["not announced: The bucket HD_HOSTS does not answer."]);
  answers.push(left(noBucket));
  change();
  await pass(300);
  assert.is(warnings().length, 2);
});

test("a lost link is told by others, and a link that is back is a change", async () => {
  const { change, pass, said, answers, warnings } = setting();
  answers.push(left(noLink));
  change();
  await pass(500);
  change();
  await pass(0);
  assert.equal(said, ["0: 1", "500: 2"]);
  assert.equal(warnings(), []);
});

test("whoever tells of a change never waits and never throws, whatever happens", async () => {
  const { change, pass, said, logger } = setting({ describe: () => Promise.reject(new Error("no links")) });
  assert.is(change(), undefined);
  await pass(5_000);
  assert.equal(said, []);
  assert.ok(logger.lines.some(({ message }) => message.includes("cannot be described")));
});

test("the last word is a good-bye, after what is being said, and nothing follows", async () => {
  const { change, pass, said, answers, end, timers } = setting();
  const slow = deferred<Either<Failure, void>>();
  answers.push(slow);
  change();
  await settle();
  const ended = end();
  change();
  assert.equal(said, ["0: 1"]);
  slow.resolve(right(undefined));
  await ended;
  change();
  await pass(300_000);
  assert.equal(said, ["0: 1", "0: 2 stopped"]);
  assert.is(timers.size, 0);
});

test("a server that does not answer holds up nobody who ends", async () => {
  const { change, pass, answers, end, said } = setting();
  change();
  await pass(1_000);
  answers.push(deferred<Either<Failure, void>>());
  let isEnded = false;
  const ending = end().then(() => {
    isEnded = true;
  });
  await pass(900);
  assert.is(isEnded, false);
  await pass(200);
  await ending;
  assert.equal(said, ["0: 1", "1000: 1 stopped"]);
});

test.run();
