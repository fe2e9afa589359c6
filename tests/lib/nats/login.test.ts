/** Each kind of credentials against a real server that asks for it, right and wrong; and files that hold none. */
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createUser } from "nkeys.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Credentials } from "../../../lib/contract/access.ts";
import type { Failure } from "../../../lib/contract/failure.ts";
import { connect } from "../../../lib/nats/connect.ts";
import { loginOf } from "../../../lib/nats/login.ts";
import { startServer } from "../../../lib/server/start.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { natsBinary, temporaryFolder } from "../../support/nats.ts";
import { operated } from "../../support/operator.ts";

const test = suite("lib/nats/login");

const dir = temporaryFolder();

const write = (name: string, text: string, mode = 0o600): string => {
  const file = join(dir, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
};

const within = async <A>(config: string, use: (url: string) => Promise<A>): Promise<A> => {
  const started = await startServer({ binary: await natsBinary(), config, dir: mkdtempSync(join(dir, "server-")) });
  const server = rightOf(started);
  try {
    return await use(server.url);
  } finally {
    await server.stop();
  }
};

const dial = (url: string, credentials?: Credentials) =>
  connect({ servers: [url], credentials, name: "test", patient: false })();

const accepted = async (url: string, credentials: Credentials): Promise<void> => {
  const nc = rightOf(await dial(url, credentials));
  await nc.flush();
  await nc.close();
};

const refused = async (url: string, credentials?: Credentials): Promise<void> => {
  const { code, message } = failureOf(await dial(url, credentials));
  assert.is(code, "unauthorized");
  assert.match(message, "does not accept this identity");
  assert.not.match(message, "hush");
};

const unusable = async (credentials: Credentials): Promise<Failure> => {
  const failure = failureOf(await loginOf(credentials)());
  assert.is(failure.code, "unusable_key");
  assert.not.match(failure.message, "hush");
  return failure;
};

const password = (file: string, user = "alice"): Credentials => ({ kind: "password", user, password: { file } });
const token = (file: string): Credentials => ({ kind: "token", token: { file } });

test("user and password", () =>
  within('authorization { users: [{ user: alice, password: "hush hush" }] }', async (url) => {
    const right = write("password", "hush hush\n");
    await accepted(url, password(right));
    await refused(url, password(right, "bob"));
    await refused(url, password(write("other", "hush")));
    await refused(url);
  }));

test("a token", () =>
  within('authorization { token: "hush" }', async (url) => {
    await accepted(url, token(write("token", "hush")));
    await refused(url, token(write("other-token", "hush2")));
    await refused(url);
  }));

test("a creds file, on a server in operator mode", async () => {
  const { config, creds } = operated();
  await within(config, async (url) => {
    await accepted(url, { kind: "creds", file: write("alice.creds", creds()) });
    await accepted(url, { kind: "creds", file: write("crlf.creds", creds().replaceAll("\n", "\r\n")) });
    await refused(url, { kind: "creds", file: write("stranger.creds", operated().creds()) });
    await refused(url);
  });
});

test("what a creds file may not be", async () => {
  const { creds, publicKey } = operated();
  const seed = (text: string): string => text.split("SEED-----\n")[1]?.split("\n")[0] ?? "";
  const file = (name: string, text: string): Credentials => ({ kind: "creds", file: write(name, text) });
  const login = rightOf(await loginOf(file("good", creds()))());
  assert.is(login?.as, publicKey);
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ["empty", "", /does not hold a user's JWT and its NKey seed/],
    ["half", creds().split("-----BEGIN USER")[0] ?? "", /does not hold a user's JWT/],
    ["mixed", creds({ seed: seed(operated().creds()) }), /the JWT of one user and the seed of another/],
    ["seed", creds({ seed: "SUhush" }), /a seed that is not an NKey user's/],
    ["jwt", creds().replace(/JWT-----\n.*\n/, "JWT-----\na.b.c\n"), /a JWT that is not a user's/],
    ["old", creds({ exp: 1_700_000_000 }), /ended on 2023-11-14/],
    ["huge", creds({ exp: 9e18 }), /a JWT that is not a user's/],
  ];
  for (const [name, text, expected] of wrong) {
    const { message } = await unusable(file(name, text));
    assert.match(message, expected);
    assert.not.match(message, seed(creds()).slice(0, 12));
  }
});

test("a secret that others can read, or that is none, is refused", async () => {
  for (const of of [password, token]) {
    const open = write("open", "hush", 0o644);
    assert.match((await unusable(of(open))).message, `Run: chmod 600 ${open}`);
    assert.match((await unusable(of(write("void", "\n")))).message, "does not hold a secret alone in one line");
    assert.match((await unusable(of(write("two", "hush\nhush\n")))).message, "alone in one line");
    assert.match((await unusable(of(join(dir, "missing")))).message, "does not exist. Name a file of mode 0600");
  }
  const open = write("open.creds", operated().creds(), 0o640);
  assert.match((await unusable({ kind: "creds", file: open })).message, `Run: chmod 600 ${open}`);
  const large = write("large", "h".repeat(2 * 1024 * 1024));
  assert.match((await unusable(token(large))).message, "is larger than any such file");
});

test("an NKey shows its public key", async () => {
  const pair = createUser();
  const file = write("alice.nk", new TextDecoder().decode(pair.getSeed()));
  assert.is(rightOf(await loginOf({ kind: "nkey", file })())?.as, pair.getPublicKey());
  assert.is(rightOf(await loginOf(undefined)()), undefined);
});

test.run();
