/** The listener's deadlines: what is not given follows from what is, and what contradicts is refused before anything begins. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { deadlinesOf } from "../../../cli/listener/deadlines.ts";
import { world } from "../support/world.ts";

const test = suite("cli/listener/deadlines");
const words = ["listener", "--hostname", "web1", "--tier", "prod", "--flake-url", "git+file:///f"];

test("a default gives way to what is given", () => {
  const cases = [
    [{ timeoutMs: 600_000 }, [60_000, 600_000, 600_000, 180_000, 60_000]],
    [{ timeoutMs: 45_000 }, [45_000, 45_000, 45_000, 45_000, 45_000]],
    [{ timeoutMs: 600_000, verifyMs: 30_000 }, [60_000, 600_000, 600_000, 30_000, 30_000]],
    [{ timeoutMs: 600_000, buildMs: 300_000, confirmMs: 90_000 }, [60_000, 300_000, 600_000, 180_000, 90_000]],
  ] as const;
  for (const [given, [resolveMs, buildMs, activateMs, verifyMs, confirmMs]] of cases)
    assert.equal(deadlinesOf(given), {
      _tag: "Right",
      right: { resolveMs, buildMs, activateMs, verifyMs, confirmMs },
    });
});

test("every option and its variable reach the listener", async () => {
  const w = world({ env: { HOMELAB_DEPLOY_BUILD_TIMEOUT: "5m", HOMELAB_DEPLOY_QUEUE_TIMEOUT: "2h" } });
  const given = ["--resolve-timeout", "10", "--activate-timeout", "4m", "--verify-timeout=90", "--confirm-timeout=20s"];
  assert.is(await w.hd(...words, ...given), 0);
  assert.equal(
    [w.listened[0]?.deadlines, w.listened[0]?.queueMs, w.listened[0]?.timeoutMs],
    [
      { resolveMs: 10_000, buildMs: 300_000, activateMs: 240_000, verifyMs: 90_000, confirmMs: 20_000 },
      7_200_000,
      600_000,
    ],
  );
});

test("what contradicts is refused in a sentence, and nothing is started", async () => {
  const cases = [
    [
      ["--verify-timeout", "30", "--confirm-timeout", "60"],
      "--confirm-timeout (60 s) is longer than --verify-timeout (30 s)",
    ],
    [["--timeout", "60", "--build-timeout", "2m"], "--build-timeout (120 s) is longer than --timeout (60 s)"],
    [
      ["--timeout", "60", "--confirm-timeout", "2m"],
      "--confirm-timeout (120 s) is longer than --verify-timeout (60 s)",
    ],
  ] as const;
  for (const [given, message] of cases) {
    const w = world();
    assert.is(await w.hd(...words, ...given), 2);
    assert.is(w.err(), `error: The listener is not started: ${message}, which it is a part of.\n`);
    assert.equal(w.listened, []);
  }
});

test.run();
