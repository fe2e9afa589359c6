/**
 * The recorded log of a real fleet (`tests/fixtures/record.ts` makes it) and this version of hd: it decides as it was decided
 * then, and with another policy otherwise exactly where the policy is about. A version that decides otherwise fails here.
 */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { tempDir } from "../../support/temp-dir.ts";
import { world } from "../support/world.ts";

const test = suite("cli/replay recorded");
const recorded = join(import.meta.dirname, "../../fixtures/recorded");
const fleet = join(recorded, "fleet.ndjson");
const dir = tempDir("rehearsal");

const run = async (...words: readonly string[]) => {
  const w = world();
  const code = await w.hd("replay", "--into-router", ...words);
  return { code, out: w.out(), err: w.err() };
};

interface Row {
  readonly id: string;
  readonly tier: string;
  readonly host: string;
  readonly verb: string | null;
  readonly recorded: { readonly decision: string; readonly error: string | null };
  readonly now: { readonly decision: string; readonly error: string | null } | null;
  readonly verdict: string;
}

const rows = async (...words: readonly string[]): Promise<readonly Row[]> => {
  const { code, out, err } = await run(fleet, "-o", "json", ...words);
  assert.ok(code === 0 || code === 3, err);
  return JSON.parse(out).decisions;
};

const told = (one: Row["now"]): string => [one?.decision, one?.error].filter(Boolean).join(" ");

/** How often each change of mind comes. */
const changes = (of: readonly Row[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { recorded: then, now } of of) {
    const change = `${told(then)} -> ${told(now)}`;
    counts[change] = (counts[change] ?? 0) + 1;
  }
  return counts;
};

const different = ({ verdict }: Row): boolean => verdict === "different";

/** What a host can say, each of which the record has. */
const answers = [
  ...["accepted", "applied", "rejected busy", "rejected cancelled", "rejected expired", "rejected frozen"],
  ...["rejected invalid_request", "rejected invalid_revision", "rejected not_current", "rejected superseded"],
  "rejected too_late",
];

test("all is decided as it was, but for the one request that nobody answered", async () => {
  const all = await rows();
  assert.equal(
    all.filter(({ verdict }) => verdict !== "same").map(({ id, verdict }) => `${id} ${verdict}`),
    ["unanswered not_reproducible"],
  );
  const found = all.filter(({ verdict }) => verdict === "same").map(({ recorded: then }) => told(then));
  assert.equal([...new Set(found)].toSorted(), answers);
  const { code, out } = await run(fleet, "--only-different");
  assert.is(code, 0);
  assert.is(out, `${all.length} decisions: ${all.length - 1} the same, 0 different, 1 not reproducible\n`);
});

test("with trusted keys only what alice signed is served where they are asked for", async () => {
  const keys = join(dir, "trusted.json");
  // Of the mode that a listener asks for, whatever the checkout made of it.
  copyFileSync(join(recorded, "trusted.json"), keys);
  writeFileSync(keys, readFileSync(keys), { mode: 0o600 });
  const all = await rows("--trusted-keys", keys);
  const prod = all.filter(({ tier, id }) => tier === "prod" && id !== "unanswered");
  const served = prod.filter(({ now }) => now?.decision !== "rejected");
  assert.is(served.length, 1);
  assert.is(served[0]?.verdict, "same");
  const others = prod.filter((one) => one !== served[0]);
  assert.ok(
    others.filter(({ now }) => now?.error !== "invalid_revision").every(({ now }) => now?.error === "unauthorized"),
  );
  assert.ok(all.filter(({ tier }) => tier === "test").every(({ verdict }) => verdict === "same"));
  assert.is((await run(fleet, "--trusted-keys", keys)).code, 3);
});

test("a tier that is frozen takes what overrides it, and what changes nothing", async () => {
  const all = (await rows("--freeze", "test/all")).filter(different);
  assert.ok(all.length > 0);
  assert.ok(all.every(({ tier }) => tier === "test"));
  // What is not taken is not under way, has no id of its own, cannot be cancelled, and is in nobody's way.
  assert.equal(changes(all), {
    "accepted -> rejected frozen": 4,
    "rejected invalid_request -> rejected frozen": 1,
    "rejected busy -> rejected frozen": 1,
    "rejected superseded -> rejected frozen": 1,
  });
});

test("another role: what the host no longer serves, and what it would have served", async () => {
  const all = (await rows("--host", "prod/web2:dns", "--host", "test/lab1:db")).filter(different);
  // Where the one is not asked for, the one that came too soon is in nobody's way.
  assert.equal(changes(all), { "accepted -> not addressed": 2, "rejected busy -> accepted": 1 });
  const more = (await rows("--host", "test/lab1:dns,web")).filter(different);
  assert.equal(changes(more), {});
});

test("a queue time that is too short for what waited", async () => {
  assert.equal((await rows("--queue-timeout", "1s")).filter(different), []);
});

test("as JSON lines each decision is one, and the result is last", async () => {
  const { out } = await run(fleet, "-o", "ndjson", "--freeze", "test/all", "--only-different");
  const lines = out
    .trimEnd()
    .split("\n")
    .map((one) => JSON.parse(one));
  const last = lines.pop();
  assert.equal([last.type, last.kind, last.different, last.not_reproducible], ["result", "Rehearsal", lines.length, 1]);
  assert.ok(lines.every(({ type, verdict }) => type === "item" && verdict === "different"));
});

const copy = (name: string, change: (text: string) => string): string => {
  const file = join(dir, name);
  writeFileSync(file, change(readFileSync(fleet, "utf8")));
  return file;
};

const refused = async (file: string, sentence: RegExp, ...words: readonly string[]): Promise<void> => {
  const { code, out, err } = await run(file, ...words);
  assert.equal([code, out], [2, ""]);
  assert.match(err, sentence);
};

test("a file that is not there, is none, is empty or no export is refused before anything is said", async () => {
  await refused(join(dir, "nobody.ndjson"), /nobody\.ndjson.*ENOENT/);
  await refused(dir, /EISDIR/);
  await refused(
    copy("empty.ndjson", () => ""),
    /empty/,
  );
  await refused(
    copy("other.ndjson", () => '{"hello":1}\n'),
    /line 1/,
  );
});

test("one that was cut short is refused, wherever it was cut", async () => {
  const short = copy("short.ndjson", (text) => text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1));
  await refused(short, /cut short/);
  await refused(
    copy("torn.ndjson", (text) => text.slice(0, text.length / 2)),
    /cut short/,
  );
});

test("in a redacted one no signature can be checked", async () => {
  const redacted = copy("redacted.ndjson", (text) => text.replace('"redacted":false', '"redacted":true'));
  await refused(redacted, /redacted.*--trusted-keys/, "--trusted-keys", join(recorded, "trusted.json"));
  assert.is((await run(redacted)).code, 0);
});

test("trusted keys that cannot be used are told of", async () => {
  const { code, err } = await run(fleet, "--trusted-keys", join(dir, "none.json"));
  assert.is(code, 4);
  assert.match(err, /none\.json cannot be read/);
});

test("a record that begins in the middle says so, and what it cannot explain is not different", async () => {
  const from = 60;
  const late = copy("late.ndjson", (text) => {
    const [head = "", ...lines] = text.trimEnd().split("\n");
    const kept = lines.slice(0, -1).filter((one) => JSON.parse(one).seq >= from);
    const [first, last] = [JSON.parse(kept[0] ?? "").seq, JSON.parse(kept.at(-1) ?? "").seq];
    return `${[head, ...kept, JSON.stringify({ type: "end", records: kept.length, first, last })].join("\n")}\n`;
  });
  const { code, err, out } = await run(late);
  assert.is(code, 0, out);
  assert.match(err, `this record begins at sequence ${from}`);
});

test.run();
