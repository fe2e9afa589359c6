/** The live picture: reviewed as a person sees it, at several sizes. */
import picocolors from "picocolors";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type FrameHost, type FrameOptions, frame } from "../../../cli/follow/frame.ts";

const test = suite("cli/follow/frame");

const options: FrameOptions = {
  title: "prod/all",
  startMs: 0,
  nowMs: 65_000,
  columns: 60,
  rows: 24,
  simulated: false,
  note: undefined,
  paint: picocolors.createColors(false),
};

const host = (name: string, word: string, message = "", sinceMs = 60_000): FrameHost => ({
  name,
  word,
  message,
  sinceMs,
});

test("totals, failures first, then who runs, who cannot be reached, who waits; who is done is only counted", () => {
  const hosts = [
    host("web1", "completed", "web1 runs it"),
    host("web2", "build", "web2 builds", 33_000),
    host("db1", "failed", "error: attribute 'nginxx' missing\nat modules/web.nix:12"),
    host("web3", "waiting"),
    host("dns1", "unreachable", "no listener is there"),
    host("dns2", "rejected", "dns2 is working on request 01JQ5S8Z7Y3M9K2N4P6R8T0V1W of bob"),
  ];
  assert.fixture(
    frame(hosts, options),
    `prod/all  3 of 6 ended  1m 5s  |  1 failed  |  1 rejected
✗ db1   failed       error: attribute 'nginxx' missing
✗ dns2  rejected     dns2 is working on request 01JQ5S8Z7Y…
• web2  build        32s
? dns1  unreachable  no listener is there
· web3  waiting`,
  );
});

test("a host that could not go back stands first, one that does what was asked is only counted", () => {
  const hosts = [
    host("web1", "rolled_back", "it went back"),
    host("web2", "rollback_failed", "the switch back ended with 1"),
    host("web3", "applied"),
    host("web4", "rollback", "it goes back", 60_000),
    host("web5", "cancelled", "bob cancelled it"),
  ];
  assert.fixture(
    frame(hosts, { ...options, columns: 100 }),
    `prod/all  4 of 5 ended  1m 5s  |  1 rollback_failed  |  1 rolled_back  |  1 cancelled  |  1 rollback
! web2  rollback_failed  the switch back ended with 1
✗ web1  rolled_back  it went back
✗ web5  cancelled    bob cancelled it
• web4  rollback     5s`,
  );
});

test("the totals name everything that fits", () => {
  const hosts = [host("web1", "completed"), host("web2", "build"), host("web3", "waiting"), host("db1", "failed")];
  const [totals] = frame(hosts, { ...options, columns: 100, simulated: true }).split("\n");
  assert.is(
    totals,
    "prod/all  2 of 4 ended  1m 5s  |  simulated  |  1 failed  |  1 build  |  1 waiting  |  1 completed",
  );
});

test("what does not fit is counted, and the picture never grows past the terminal", () => {
  const hosts = Array.from({ length: 60 }, (_, n) => host(`web${n}`, n < 2 ? "failed" : "build", "no"));
  const lines = frame(hosts, { ...options, rows: 8, note: "the log cannot be read, trying again: no route" }).split(
    "\n",
  );
  assert.equal(lines, [
    "prod/all  2 of 60 ended  1m 5s  |  2 failed  |  58 build",
    "the log cannot be read, trying again: no route",
    "✗ web0   failed       no",
    "✗ web1   failed       no",
    "• web2   build        5s",
    "• web3   build        5s",
    "… 56 more",
  ]);
  for (const rows of [1, 2, 3, 4, 10, 70]) {
    const drawn = frame(hosts, { ...options, rows }).split("\n").length;
    assert.ok(drawn <= Math.max(3, rows), `${drawn} lines for ${rows} rows`);
  }
});

test("no line is wider than the terminal", () => {
  const long = "x".repeat(300);
  const hosts = [host("web1", "failed", long), host("web2", "build"), host(long, "failed", long)];
  for (const columns of [40, 60, 200]) {
    for (const line of frame(hosts, { ...options, columns, note: long }).split("\n")) {
      assert.ok(line.length <= columns, `${line.length} of ${columns}: ${line}`);
    }
  }
});

test("a host whose clock is ahead has just begun", () => {
  assert.match(frame([host("web1", "build", "", 99_000)], options), "• web1  build        0s");
});

test.run();
