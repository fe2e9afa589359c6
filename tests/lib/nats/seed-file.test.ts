/** A key file is used only when it is one and nobody else may read it; no message repeats what it holds. */
import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAccount, createCurve, createUser, fromPublic } from "nkeys.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { seedFile } from "../../../lib/nats/seed-file.ts";

const seedOf = (pair: { getSeed: () => Uint8Array }): string => new TextDecoder().decode(pair.getSeed());

const test = suite<{ dir: string }>("seed-file");

test.before(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), "hd-seed-"));
});
test.after(({ dir }) => rm(dir, { recursive: true, force: true }));

const write = async (dir: string, name: string, text: string, mode = 0o600): Promise<string> => {
  const path = join(dir, name);
  await writeFile(path, text, { mode });
  await chmod(path, mode);
  return path;
};

const messageOf = async (path: string, env: NodeJS.ProcessEnv = {}): Promise<string> => {
  const read = await seedFile(path, env)();
  assert.is(read._tag, "Left", "a file that cannot be used was taken");
  if (read._tag === "Right") return "";
  assert.is(read.left.code, "unusable_key");
  assert.ok(read.left.message.includes(path), "the message names the file");
  return read.left.message;
};

test("gives the public key, and an authenticator that signs for it", async ({ dir }) => {
  const pair = createUser();
  const read = await seedFile(await write(dir, "good", `${seedOf(pair)}\n`))();
  if (read._tag === "Left") return assert.unreachable(read.left.message);
  assert.is(read.right.publicKey, pair.getPublicKey());
  const auth = read.right.authenticator("nonce");
  if (auth === undefined || !("sig" in auth) || auth.sig === undefined) return assert.unreachable("no signature");
  const signature = Buffer.from(auth.sig, "base64url");
  assert.ok(fromPublic(pair.getPublicKey()).verify(new TextEncoder().encode("nonce"), signature));
});

test("a seed in place of the file's name is told as that, and not repeated", async () => {
  const seed = seedOf(createUser());
  const read = await seedFile(`/tmp/${seed}`)();
  assert.equal(read, {
    _tag: "Left",
    left: {
      code: "unusable_key",
      message:
        "The key file is given as a seed itself, and not by the name of a file that holds it. Name the file that holds the NKey seed of this identity.",
    },
  });
});

test("says how to make a file private", async ({ dir }) => {
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610]) {
    const path = await write(dir, `open-${mode}`, seedOf(createUser()), mode);
    assert.match(await messageOf(path), `Run: chmod 600 ${path}`);
  }
});

test("does not tell anyone to close a file of another user", async ({ dir }) => {
  const isRoot = process.getuid?.() === 0;
  const path = isRoot ? await write(dir, "theirs", "x", 0o644) : "/etc/passwd";
  if (isRoot) await chown(path, 65_534, 65_534);
  const message = await messageOf(path);
  assert.match(message, "can be read or changed by others (mode 0644). It belongs to another user. Name the file");
  assert.not.match(message, "chmod");
});

test("takes a systemd credential, whose mode shows the access list", async ({ dir }) => {
  const path = await write(dir, "credential", seedOf(createUser()), 0o440);
  assert.is((await seedFile(path, { CREDENTIALS_DIRECTORY: dir })())._tag, "Right");
  await messageOf(path, { CREDENTIALS_DIRECTORY: join(dir, "elsewhere") });
});

test("refuses what is no file", async ({ dir }) => {
  assert.match(await messageOf(join(dir, "missing")), "does not exist");
  await mkdir(join(dir, "folder"), { mode: 0o700 });
  assert.match(await messageOf(join(dir, "folder")), "is a directory");
  execFileSync("mkfifo", ["-m", "600", join(dir, "pipe")]);
  assert.match(await messageOf(join(dir, "pipe")), "is not a file");
});

test("refuses what is no seed of a user, and never repeats it", async ({ dir }) => {
  const user = seedOf(createUser());
  const wrong = {
    empty: " \n",
    account: seedOf(createAccount()),
    curve: seedOf(createCurve()),
    public: createUser().getPublicKey(),
    cut: user.slice(0, -3),
    flipped: `${user.slice(0, 20)}${user[20] === "A" ? "B" : "A"}${user.slice(21)}`,
    two: `${user}\n${user}`,
    quoted: `"${user}"`,
  };
  for (const [name, text] of Object.entries(wrong)) {
    const message = await messageOf(await write(dir, name, text));
    assert.not.match(message, user.slice(0, 8));
    if (text.length > 10) assert.not.match(message, text.slice(4, 12));
  }
});

test.run();
