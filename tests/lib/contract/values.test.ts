/** Each value against what must pass and what an attacker would send. The patterns end up in argvs, paths and publishes. */
import { inspect } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Codec, read } from "../../../lib/contract/codec.ts";
import {
  Action,
  Commit,
  ErrorCode,
  Generation,
  Instant,
  instant,
  isTerminal,
  Message,
  Millis,
  Phase,
  Reason,
  ReplyTo,
  RequestId,
  Revision,
  Sequence,
  Status,
  StorePath,
  Version,
} from "../../../lib/contract/values.ts";

const test = suite("lib/contract/values");

const hash = "0123456789abcdfghijklmnpqrsvwxyz";
const notText = [undefined, null, 0, 1, true, {}, [], ["main"], { toString: () => "main" }, Object("main")];

const shown = (value: unknown): string => inspect(value, { maxStringLength: 60 });

const holds = (codec: Codec<unknown>, good: readonly unknown[], bad: readonly unknown[]): void => {
  for (const value of good) assert.ok(read(codec, value) === value, `refuses ${shown(value)}`);
  for (const value of bad) assert.ok(read(codec, value) === undefined, `takes ${shown(value)}`);
};

test("Revision: what git may name", () => {
  const good = ["main", "v1.2.3", "feature/a-b", "a", "_x", "user@host", "a+b", "1.0", "HEAD", "a".repeat(40)];
  holds(Revision, [...good, "refs/heads/main", "x".repeat(255), "a.lockfile", "a@b"], notText);
});

test("Revision: nothing that a command line, a shell, a path or a flake reference reads otherwise", () => {
  const options = ["--option", "-o", "-", "--", "--upload-pack=id", " --option"];
  const shell = [
    "main; rm -rf /",
    "main && id",
    "$(id)",
    "`id`",
    "$HOME",
    "a|b",
    "a>b",
    "a b",
    "'a'",
    '"a"',
    "a\\b",
    "~",
  ];
  const paths = [
    "../x",
    "a/../b",
    "a..b",
    "..",
    ".",
    "/etc/passwd",
    "a//b",
    "a/",
    "a.",
    ".a",
    "a/.b",
    "a.lock",
    "a.lock/b",
  ];
  const git = ["@", "@{u}", "main^", "main~1", "main:flake.nix", "a?", "a*", "a[b]", "+refs/*:refs/*"];
  const flakes = ["main?rev=x", "main#x", "main&dir=x", "main%2e"];
  const unprintable = ["main\n", "\nmain", "main\r\n", "main\0", "ma\u0000in", "main\t", "main\u2028", "main\u0085"];
  const lookalikes = ["ｍain", "mаin", "é", "e\u0301", "main\u200b", "\ufeffmain", "\u202emain", "😀", "\ud800"];
  holds(Revision, [], ["", "x".repeat(256), "x".repeat(300), ...options, ...shell, ...paths]);
  holds(Revision, [], [...git, ...flakes, ...unprintable, ...lookalikes]);
});

test("ReplyTo stays within deploy.responses.", () => {
  holds(ReplyTo, ["deploy.responses.x", "deploy.responses.0190-ab_C", `deploy.responses.${"x".repeat(111)}`], notText);
  const elsewhere = [
    "hd.req.alice.prod.web1",
    "deploy.prod.web1",
    "deploy.discover",
    "_INBOX.x",
    "$JS.API.STREAM.DELETE.X",
  ];
  const near = [
    "deploy.responses",
    "deploy.responses.",
    "deploy.responses.a.b",
    "deploy.responsesx.a",
    "deployxresponses.a",
  ];
  const hostile = [
    "deploy.responses.*",
    "deploy.responses.>",
    "deploy.responses.a b",
    "deploy.responses.a\r\nPUB x 0",
    "",
  ];
  const edges = [
    " deploy.responses.a",
    "deploy.responses.a\n",
    "Deploy.responses.a",
    `deploy.responses.${"x".repeat(112)}`,
  ];
  holds(ReplyTo, [], [...elsewhere, ...near, ...hostile, ...edges, "deploy.responses.é"]);
});

test("RequestId is one safe file name and holds no colon, which parts message ids", () => {
  holds(RequestId, ["a", "0", "01J9Z3KQ4W5X6Y7Z8A9B0C1D2E", "s41-abc", "a_b", "x".repeat(64)], notText);
  holds(
    RequestId,
    [],
    ["", "-a", "_a", ".", "..", "../x", "a/b", "a.b", "a:b", "a b", "a\n", "x".repeat(65), "é", "a\0"],
  );
});

test("Commit is 40 lower-case hex digits", () => {
  holds(Commit, ["0".repeat(40), "0123456789abcdef0123456789abcdef01234567"], notText);
  holds(
    Commit,
    [],
    ["", "0".repeat(39), "0".repeat(41), "g".repeat(40), "A".repeat(40), `${"0".repeat(40)}\n`, "HEAD"],
  );
});

test("StorePath is a path of the store itself, never within it", () => {
  const at = (name: string, digits = hash) => `/nix/store/${digits}-${name}`;
  holds(StorePath, [at("nixos-system-web1-25.11"), at("a"), at("a+b._?=-c"), at("x".repeat(211))], notText);
  holds(StorePath, [], [at(""), at("a/b"), at("a/.."), at("a b"), at("a\n"), at("x".repeat(212)), at("é"), at("a$b")]);
  holds(StorePath, [], [at("a", hash.slice(1)), at("a", `${hash}0`), at("a", `e${hash.slice(1)}`)]);
  holds(
    StorePath,
    [],
    ["", "/", "/nix/store", `/nix/store/../${hash}-a`, `nix/store/${hash}-a`, ` ${at("a")}`, "/etc"],
  );
});

test("Instant is a moment that exists, as in RFC 3339", () => {
  const good = [
    "2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00.5Z",
    "2026-01-31T12:00:00.123456789+05:45",
    "0000-01-01T00:00:00Z",
  ];
  holds(Instant, [...good, "9999-12-31T23:59:59.999Z", "2026-01-31T12:00:00-23:59"], notText);
  const form = [
    "",
    "now",
    "2026-01-31",
    "2026-01-31T12:00Z",
    "2026-01-31T12:00:00",
    "2026-01-31 12:00:00Z",
    "1769860800000",
  ];
  const range = ["2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-00T00:00:00Z"];
  const clock = ["2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00+24:00"];
  const edges = [
    "2026-01-31T12:00:00Z\n",
    " 2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00.Z",
    "2026-01-31T12:00:00.1234567890Z",
  ];
  holds(Instant, [], [...form, ...range, ...clock, ...edges, "+02026-01-01T00:00:00Z", "２026-01-31T12:00:00Z"]);
});

test("Instant knows the length of each month", () => {
  const at = (day: string) => `${day}T00:00:00Z`;
  const good = [
    "2026-01-31",
    "2026-04-30",
    "2026-12-31",
    "2024-02-29",
    "2000-02-29",
    "2400-02-29",
    "0004-02-29",
    "2026-02-28",
  ];
  const bad = ["2026-02-31", "2026-02-30", "2024-02-30", "2026-02-29", "1900-02-29", "2100-02-29", "0001-02-29"];
  holds(Instant, good.map(at), [...bad, "2026-04-31", "2026-06-31", "2026-09-31", "2026-11-31"].map(at));
});

test("every Instant is one that Date reads, and instant() makes one", () => {
  for (const atMs of [0, 1, -62_135_596_800_000, 253_402_300_799_999]) {
    assert.is(read(Instant, instant(atMs)), new Date(atMs).toISOString());
  }
  for (const value of ["2026-01-01T23:59:59+23:59", "2026-01-01T23:59:59.123456789Z", "0000-01-01T00:00:00-23:59"]) {
    assert.is(Number.isNaN(Date.parse(String(read(Instant, value)))), false, value);
  }
});

test("choices are exact: no other case, no inherited name", () => {
  holds(Action, ["switch", "boot", "test", "dry-activate"], notText);
  holds(Action, [], ["", "Switch", "switch ", "rollback", "dry-run", "constructor", "__proto__", "0", "length"]);
  holds(Status, ["accepted", "rejected", "started", "completed", "failed"], ["", "done", "Failed"]);
  holds(Phase, ["resolve", "build", "activate", "verify", "rollback"], ["", "test", "null"]);
});

test("only completed, failed and rejected end a request", () => {
  assert.equal(
    ["accepted", "started", "completed", "failed", "rejected"].map((s) => isTerminal(s as Status)),
    [false, false, true, true, true],
  );
});

test("prose is of a length that counts characters, and cannot drive a terminal", () => {
  holds(Reason, ["", "two\nlines\tand a tab", "naïve 😀", "x".repeat(1000), "😀".repeat(1000)], notText);
  holds(Reason, [], ["x".repeat(1001), "😀".repeat(1001), "\u001b[2J", "a\rb", "a\0", "\u0007", "\u007f", "\u009b31m"]);
  holds(Message, ["x".repeat(8000)], ["x".repeat(8001), "\u001b]0;owned\u0007"]);
});

test("prose is what UTF-8 can hold: half a surrogate pair is refused", () => {
  holds(Reason, ["\ud83d\ude00"], ["\ud800", "\udc00", "a\ud83db"]);
});

test("numbers are whole, safe and in range", () => {
  const max = Number.MAX_SAFE_INTEGER;
  const bad = [0.5, Number.NaN, Number.POSITIVE_INFINITY, max + 1, "1", null, true, [1], 1n];
  holds(Sequence, [1, max], [0, -1, ...bad]);
  holds(Millis, [0, 1, max], [-1, ...bad]);
  holds(Generation, [0, 1, max], [-1, ...bad]);
});

test("codes and versions", () => {
  holds(ErrorCode, ["busy", "build_failed", "a_newer_code"], ["", "Busy", "_x", "a-b", "a b", "a\n", "x".repeat(65)]);
  holds(Version, ["0.1.0", "1.0.0-rc.1+build"], ["", "-1", ".1", "1 0", "1\n", "1/2", "x".repeat(65)]);
});

test.run();
