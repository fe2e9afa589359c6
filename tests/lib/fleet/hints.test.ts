/** What may be a slip is told: TLS that the server does not take, and a port that it does not listen on. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hintsOf } from "../../../lib/fleet/hints.ts";
import { readFleet } from "../../../lib/fleet/read-fleet.ts";
import { rightOf } from "../../support/either.ts";

const test = suite("lib/fleet/hints");

const hints = (text: string) => hintsOf(rightOf(readFleet(`[server]\n${text}\n`)));

test("TLS without certificates is told", () => {
  assert.match(
    hints('urls = ["tls://x"]').join(),
    /^server\.urls has tls:\/\/x, and without \[server\.tls\] the server takes no TLS/,
  );
  assert.equal(hints('urls = ["tls://x"]\n[server.tls]\ncert_file = "/c"\nkey_file = "/k"'), []);
});

test("a port of the only address that the server does not listen on is told", () => {
  assert.match(
    hints('urls = ["nats://x"]\nlisten = "0.0.0.0:4333"').join(),
    /^server\.urls has port 4222, and server\.listen has 4333: /,
  );
  assert.match(
    hints('urls = ["nats://[::1]:4333"]').join(),
    /^server\.urls has port 4333, and server\.listen has 4222: /,
  );
  assert.equal(hints('urls = ["nats://[::1]"]\nlisten = "[::]:4222"'), []);
  assert.equal(hints('urls = ["nats://x:1", "nats://y:2"]'), []);
});

test.run();
