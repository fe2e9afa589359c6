/** A file of health checks: read strictly, all that is wrong with it told at once, and before anything is connected. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decodeHealthChecks } from "../../../cli/listener/health-checks.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { world } from "../support/world.ts";

const test = suite("cli/listener/health-checks");
const dir = tempDir("health-checks");
const words = ["listener", "--hostname", "web1", "--tier", "prod", "--flake-url", "git+file:///f"];

const wrongs = (value: unknown): readonly string[] => {
  const decoded = decodeHealthChecks(value);
  return decoded._tag === "Left" ? decoded.left : [];
};

test("each kind of check, with its defaults", () => {
  const given = [
    { name: "dns", command: ["dig", "@127.0.0.1", "example.org"], timeout_ms: 2_000 },
    { name: "ssh", tcp: "127.0.0.1:22", tries: 1 },
    { name: "web", http: "http://[::1]/healthz", status: 204, pause_ms: 0 },
  ];
  assert.equal(decodeHealthChecks(given), {
    _tag: "Right",
    right: [
      { name: "dns", command: ["dig", "@127.0.0.1", "example.org"], timeout_ms: 2_000, tries: 5, pause_ms: 1_000 },
      { name: "ssh", tcp: "127.0.0.1:22", timeout_ms: 10_000, tries: 1, pause_ms: 1_000 },
      { name: "web", http: "http://[::1]/healthz", status: 204, timeout_ms: 10_000, tries: 5, pause_ms: 0 },
    ],
  });
  assert.equal(decodeHealthChecks([]), { _tag: "Right", right: [] });
});

test("everything that is wrong is told at once, each with its check", () => {
  const given = [
    { name: "web", http: "http://localhost/", timeout: 5 },
    { name: "two", tcp: "localhost:1", command: ["true"] },
    { name: "none" },
    { name: "empty", command: [] },
    { name: "odd", tcp: "localhost:1", status: 200, zzz: 1 },
    7,
    { name: "ssh", tcp: "localhost", tries: 0 },
    { name: "same", tcp: "localhost:1" },
    { name: "same", tcp: "localhost:2" },
    { name: "port", tcp: "localhost:65536" },
    { name: "url", http: "http://[::1/" },
    { name: "port too", http: "http://localhost:65536/" },
  ];
  assert.equal(
    wrongs(given).map((one) => one.replace(/must be .*|known are .*/, "…")),
    [
      'check 1 ("web"): timeout is not a field (did you mean timeout_ms?)',
      'check 2 ("two"): has command and tcp of command, tcp, http; give exactly one',
      'check 3 ("none"): has none of command, tcp, http; give exactly one',
      'check 4 ("empty"): command: must begin with a program',
      'check 5 ("odd"): zzz is not a field; …',
      'check 5 ("odd"): status: belongs to http',
      "check 6: …",
      'check 7 ("ssh"): tcp: …',
      'check 7 ("ssh"): tries: …',
      'check 10 ("port"): tcp: has no port from 1 to 65535',
      'check 11 ("url"): http: is no address that can be asked',
      'check 12 ("port too"): http: is no address that can be asked',
      'the name "same" is used more than once',
    ],
  );
  assert.equal(wrongs({}), ["it must be a list of checks"]);
  assert.match(wrongs(Array.from({ length: 33 }, (_, n) => ({ name: `c${n}`, tcp: "h:1" }))).join(), "at most 32");
});

test("the listener gets the checks of its file", async () => {
  const file = join(dir, "good.json");
  writeFileSync(file, '[{"name": "ssh", "tcp": "127.0.0.1:22"}]');
  const w = world({ env: { HOMELAB_DEPLOY_HEALTH_CHECKS: file } });
  assert.is(await w.hd(...words), 0);
  assert.equal(
    w.listened[0]?.healthChecks.map(({ name, tcp }) => [name, tcp]),
    [["ssh", "127.0.0.1:22"]],
  );
});

test("a file that does not fit, or cannot be read, is refused by its name, and nothing is started", async () => {
  const cases = [
    [
      "bad.json",
      '[{"name": "web", "htpp": "http://localhost/"}]',
      /bad\.json do not fit: check 1 \("web"\): htpp is not a field \(did you mean http\?\);/,
    ],
    ["torn.json", "[{", /torn\.json cannot be read: /],
    ["missing.json", undefined, /missing\.json cannot be read: ENOENT/],
  ] as const;
  for (const [name, contents, message] of cases) {
    const file = join(dir, name);
    if (contents !== undefined) writeFileSync(file, contents);
    const w = world();
    assert.is(await w.hd(...words, "--health-checks", file), 2);
    assert.match(w.err(), message);
    assert.equal(w.listened, []);
  }
});

test.run();
