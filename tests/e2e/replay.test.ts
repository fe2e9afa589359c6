/** A request again, on a whole fleet: at the commit it resolved to although the branch moves, where it failed, and back. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../lib/contract/deploy-event.ts";
import { rightOf } from "../support/either.ts";
import { type HostOfFleet, startFleet } from "../support/fleet.ts";
import { git } from "../support/git.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: replay");
const fleet = await startFleet(test);
await fleet.listen("web1", "web2", "lab1");

const { workTree } = fleet.flake;

/** Moves main on by a change of a file; the new commit. */
const push = (path: string, change: (text: string) => string): string => {
  const file = join(workTree, path);
  writeFileSync(file, change(readFileSync(file, "utf8")));
  git(workTree, ["commit", "--quiet", "--all", `--message=Change ${path}`]);
  git(workTree, ["push", "--quiet", "origin", "main"]);
  return git(workTree, ["rev-parse", "main"]);
};

/** Its build fails for as long as there is such a file in the state folder of the host. */
const badDisk = (host: HostOfFleet) => join(fleet.root(host), "bad-disk");
push("hosts/web2", (text) =>
  text.replace("\n", `\nif [ -e "\${out%/*/*/*}/bad-disk" ]; then echo "error: the disk is bad" >&2; exit 1; fi\n`),
);

interface Sent {
  readonly id: string;
  readonly target: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly hosts: readonly { readonly host: string; readonly result: string; readonly last: DeployEvent }[];
}

/** A command that sends requests, with what it says of them. */
const hd = async (exit: number, ...words: readonly string[]): Promise<readonly Sent[]> => {
  const { code, out, err } = await fleet.hd(...words, "-o", "json");
  assert.is(code, exit, `${out}${err}`);
  return JSON.parse(out).requests;
};

const only = (sent: readonly Sent[]): Sent => {
  const [one, ...more] = sent;
  if (one === undefined || more.length > 0) throw new Error(`${sent.length} requests were sent`);
  return one;
};

const results = (sent: readonly Sent[]): readonly string[] =>
  sent.flatMap(({ target, hosts }) => hosts.map(({ host, result }) => `${target} ${host} ${result}`)).sort();

const commits = (sent: readonly Sent[]) => [
  ...new Set(sent.flatMap(({ hosts }) => hosts.map(({ last }) => last.commit))),
];

const runs = async (host: HostOfFleet) => (await fleet.system(host)).running;
const logEnd = async () => rightOf(await fleet.log.end()());

test("after mending, only the host on which it failed gets it again, and both requests tell of each other", async () => {
  await hd(0, "deploy", "prod/all", "-r", "v1");
  writeFileSync(badDisk("web2"), "");
  const first = only(await hd(1, "deploy", "prod/all", "--reason", "certs"));
  assert.equal(results([first]), ["prod/all web1 completed", "prod/all web2 failed"]);
  rmSync(badDisk("web2"));
  const before = fleet.runs("web1").length;
  const second = only(await hd(0, "replay", first.id, "--only", "failed"));
  assert.equal(results([second]), ["prod/web2 web2 completed"]);
  assert.equal([second.request["replay_of"], second.request["reason"]], [first.id, `replay of ${first.id}: certs`]);
  assert.equal(commits([second]), commits([first]));
  assert.is(fleet.runs("web1").length, before);
  const { out: shown } = await fleet.hd("show", second.id);
  assert.match(shown, `  replay of   ${first.id} by alice, `);
  assert.match(shown, ": main on prod/all, 1 completed and 1 failed\n");
  const { out: back } = await fleet.hd("show", first.id);
  assert.match(back, `  replayed    by ${second.id} of alice, `);
  await theLogIsTrue(fleet);
});

test("when the branch has moved on, it is the old commit; only as of the branch it is the new one", async () => {
  const old = git(workTree, ["rev-parse", "main"]);
  const first = only(await hd(0, "deploy", "test/lab1"));
  assert.equal(commits([first]), [old]);
  const moved = push("hosts/lab1", (text) => `${text}# moved on\n`);
  assert.equal(commits(await hd(0, "replay", first.id)), [old]);
  assert.equal(commits(await hd(0, "replay", first.id, "--as-of-branch")), [moved]);
  await theLogIsTrue(fleet);
});

test("a dry run sends nothing", async () => {
  const first = only(await hd(0, "deploy", "test/lab1", "-r", "v1"));
  const end = await logEnd();
  const [one] = await hd(0, "replay", first.id, "--to", "prod/web1", "--dry-run");
  assert.match(JSON.stringify(one), '"subject":"hd.req.alice.prod.web1"');
  await hd(0, "rollback", "test/lab1", "--dry-run");
  const { out, err } = await fleet.hd("rollback", "test/lab1", "--dry-run");
  assert.match(out, "hd.req.alice.test.lab1");
  assert.match(err, "nothing was sent");
  assert.is(await logEnd(), end);
  await theLogIsTrue(fleet);
});

test("a host goes back, and forth again", async () => {
  await hd(0, "deploy", "test/lab1", "-r", "v1");
  const old = await runs("lab1");
  await hd(0, "deploy", "test/lab1", "-r", "v2");
  const newer = await runs("lab1");
  const back = only(await hd(0, "rollback", "test/lab1"));
  assert.is(await runs("lab1"), old);
  assert.match(String(back.request["reason"]), /^rollback from [0-9a-f]{7} to [0-9a-f]{7}$/);
  await hd(0, "rollback", "test/lab1");
  assert.is(await runs("lab1"), newer);
  await theLogIsTrue(fleet);
});

test("what failed before it was activated is no step to go back by", async () => {
  await hd(0, "deploy", "test/lab1", "-r", "v1");
  const old = await runs("lab1");
  await hd(0, "deploy", "test/lab1", "-r", "v2");
  await hd(1, "deploy", "test/lab1", "-r", "broken");
  await hd(0, "deploy", "test/lab1", "-r", "main", "--action", "dry-activate");
  await hd(0, "rollback", "test/lab1");
  assert.is(await runs("lab1"), old);
  await theLogIsTrue(fleet);
});

test("each host of a tier goes back to its own", async () => {
  await hd(0, "deploy", "prod/all", "-r", "v1");
  const v1 = [await runs("web1"), await runs("web2")];
  await hd(0, "deploy", "prod/web1", "-r", "v2");
  await hd(0, "deploy", "prod/web2", "-r", "main");
  const newer = [await runs("web1"), await runs("web2")];
  const back = await hd(0, "rollback", "prod");
  assert.equal(results(back), ["prod/web1 web1 completed", "prod/web2 web2 completed"]);
  assert.equal([await runs("web1"), await runs("web2")], v1);
  await hd(0, "rollback", "prod/all");
  assert.equal([await runs("web1"), await runs("web2")], newer);
  await theLogIsTrue(fleet);
});

test("a host that was away gets it when it is back, and what had waited for it gives way", async () => {
  await fleet.killListeners();
  await fleet.listen("web1", "lab1");
  const first = only(await hd(7, "deploy", "prod/all", "-r", "v2", "--timeout", "20s"));
  const second = only(await hd(7, "replay", first.id, "--only", "unreachable", "--timeout", "5s"));
  assert.equal(results([second]), ["prod/web2 web2 unreachable"]);
  await fleet.listen("web2");
  const { out } = await fleet.hd("watch", second.id, "-o", "json");
  assert.equal(results(JSON.parse(out).requests), ["prod/web2 web2 completed"]);
  await theLogIsTrue(fleet);
});

test.run();
