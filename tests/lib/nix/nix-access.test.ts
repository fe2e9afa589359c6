/** Stand-ins for `nix` here; that a real one is found usable is the sandbox engine's test. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { nixPlace } from "../../../lib/nix/nix-access.ts";

const test = suite("lib/nix/nix-access");
const dir = mkdtempSync(join(tmpdir(), "hd-access-"));

test.after(() => rmSync(dir, { recursive: true, force: true }));

const nixThat = (name: string, script: string): Readonly<Record<string, string>> => {
  mkdirSync(join(dir, name));
  const program = join(dir, name, "nix");
  writeFileSync(program, `#!/bin/sh\n[ "$1" = --version ] && exit\n${script}\n`);
  chmodSync(program, 0o755);
  return { PATH: `${join(dir, name)}:${process.env["PATH"]}` };
};

const refused = async (env: Readonly<Record<string, string>>): Promise<string> => {
  const found = await nixPlace(join(dir, "root"), env);
  if (found._tag === "Right") throw new Error(`usable: ${found.right.access}`);
  return found.left;
};

test("no Nix is told at once, and leaves no trace", async () => {
  mkdirSync(join(dir, "empty"));
  assert.is(await refused({ PATH: join(dir, "empty") }), "no nix on this machine");
  assert.not(existsSync(join(dir, "root")));
});

test("a Nix that cannot build is not usable, and every way that was tried has its reason", async () => {
  const why = await refused(nixThat("failing", "echo 'error: cannot build on this machine' >&2; exit 1"));
  assert.match(why, /a private store: /);
  assert.is(why.includes("the machine's store: cannot build on this machine"), existsSync("/nix/store"));
});

test("a user who may not make a private store is told so", async () => {
  const env = nixThat("forbidden", "exit 1");
  writeFileSync(
    join(dir, "forbidden", "unshare"),
    "#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n",
  );
  chmodSync(join(dir, "forbidden", "unshare"), 0o755);
  assert.match(await refused(env), /a private store: unshare: unshare failed: Operation not permitted$/);
});

test.run();
