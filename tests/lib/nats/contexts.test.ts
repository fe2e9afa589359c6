/** The folder of contexts as the nats tool lays it out: found, selected, and broken in each way that a file can be. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ContextName } from "../../../lib/contract/nats-context.ts";
import { contextNames, natsContext, selectedContext } from "../../../lib/nats/contexts.ts";
import { loginOf } from "../../../lib/nats/login.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { fit } from "../../support/fixtures.ts";

const test = suite("lib/nats/contexts");

const root = mkdtempSync(join(tmpdir(), "hd-contexts-"));
test.after(() => rmSync(root, { recursive: true, force: true }));

const folder = join(root, "nats");
mkdirSync(join(folder, "context"), { recursive: true });
const env = { XDG_CONFIG_HOME: root, HOME: "/nowhere" };

const write = (name: string, content: string | object, mode = 0o600): string => {
  const file = join(folder, "context", `${name}.json`);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  chmodSync(file, mode);
  return file;
};
const select = (text: string): void => writeFileSync(join(folder, "context.txt"), text);
const read = (name: string) => natsContext(env, fit(ContextName, name))();

test("nobody has to use contexts", async () => {
  assert.is(rightOf(await selectedContext(env)()), undefined);
  assert.is(rightOf(await selectedContext({ HOME: root })()), undefined);
  select("");
  assert.is(rightOf(await selectedContext(env)()), undefined);
});

test("the selected one, in ~/.config where XDG_CONFIG_HOME is not set", async () => {
  select("home-alice\n");
  assert.is(rightOf(await selectedContext(env)()), "home-alice");
  mkdirSync(join(root, ".config/nats"), { recursive: true });
  writeFileSync(join(root, ".config/nats/context.txt"), "other");
  assert.is(rightOf(await selectedContext({ HOME: root })()), "other");
});

test("a selection that leads elsewhere is refused", async () => {
  for (const text of ["../../etc/passwd", "a/b", "a\\b", "a\u001b[2J", "x".repeat(300)]) {
    select(text);
    const { code, message } = failureOf(await selectedContext(env)());
    assert.is(code, "invalid_request");
    assert.match(message, "context.txt");
  }
});

test("a context, whoever may read it", async () => {
  write("home", { url: "nats://home", nkey: "~/a.nk" }, 0o644);
  assert.equal(rightOf(await read("home")).credentials, { kind: "nkey", file: "/nowhere/a.nk" });
});

test("a file that cannot be used is named, with the field and the remedy, and never quoted", async () => {
  assert.is(failureOf(await read("missing")).code, "invalid_request");
  assert.match(failureOf(await read("missing")).message, /context\/missing\.json does not exist.*nats context ls/);
  const broken = write("broken", '{"password": "hush", ');
  assert.match(failureOf(await read("broken")).message, `${broken} cannot be used: it is not JSON`);
  for (const text of ["[]", "null", '"hush"', "7"]) {
    write("list", text);
    assert.match(failureOf(await read("list")).message, "must be a JSON object");
  }
  const strange = write("strange", { nsc: "nsc://hush", url: "hush@host" });
  const { message } = failureOf(await read("strange"));
  assert.match(message, `${strange} cannot be used: nsc: hd does not ask nsc`);
  for (const name of ["broken", "list", "strange"]) assert.not.match(failureOf(await read(name)).message, "hush");
});

test("the names of those there are, for hints", async () => {
  assert.equal(await contextNames({ XDG_CONFIG_HOME: join(root, "none") }), []);
  writeFileSync(join(folder, "context", "notes.txt"), "");
  const all = await contextNames(env);
  assert.equal(all, [...all].sort());
  assert.ok(all.includes(fit(ContextName, "home")) && all.every((name) => !name.includes(".")));
});

test("a secret in a context is read when it is needed, and only if nobody else can read it", async () => {
  const file = write("secret", { user: "alice", password: "hush" });
  const { credentials } = rightOf(await read("secret"));
  const login = rightOf(await loginOf(credentials)());
  assert.equal(login?.authenticator(), { user: "alice", pass: "hush" });
  assert.is(login?.as, "alice");
  chmodSync(file, 0o640);
  const { code, message } = failureOf(await loginOf(credentials)());
  assert.is(code, "unusable_key");
  assert.is(message, `The context file ${file} can be read or changed by others (mode 0640). Run: chmod 600 ${file}`);
  write("token", { token: "hush" });
  const token = rightOf(await read("token"));
  assert.equal(rightOf(await loginOf(token.credentials)())?.authenticator(), { auth_token: "hush" });
  write("token", '{"token": "hush"');
  assert.not.match(failureOf(await loginOf(token.credentials)()).message, "hush");
});

test.run();
