/** `hd whoami` against real servers: with hd's own permissions, with those of other hands, and where it may not ask. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createUser } from "nkeys.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startServer } from "../../../lib/server/start.ts";
import { runInProcess } from "../../e2e/support/in-process.ts";
import { rightOf } from "../../support/either.ts";
import { requester } from "../../support/fixtures.ts";
import { natsBinary, openConfig, temporaryFolder } from "../../support/nats.ts";
import { owner, startWorld, tiers } from "../../support/nats-world.ts";

const test = suite("cli/whoami");

const dir = temporaryFolder();
const world = await startWorld([
  { kind: "deployer", requester: requester("alice"), tiers },
  { kind: "auditor", requester: requester("carol") },
]);
test.after(() => world.server.stop());

const nowhere = { XDG_CONFIG_HOME: join(dir, "no-contexts") };

const as = (name: string) => ({
  ...nowhere,
  NATS_URL: world.server.url,
  NATS_NKEY: world.keys.get(name),
  HOMELAB_DEPLOY_REQUESTER: name,
});

/** Without what differs from run to run, and without the columns that follow from it. */
const screen = (text: string): string =>
  text
    .replace(/127\.0\.0\.1:\d+/g, "SERVER")
    .replace(/nats-server [\d.]+/, "nats-server VERSION")
    .replace(/U[A-Z2-7]{55}/g, "KEY")
    .replace(/ {2,}/g, " | ");

const within = async <A>(config: string, use: (url: string) => Promise<A>): Promise<A> => {
  const started = await startServer({ binary: await natsBinary(), config, dir: mkdtempSync(join(dir, "server-")) });
  const server = rightOf(started);
  try {
    return await use(server.url);
  } finally {
    await server.stop();
  }
};

test("a deployer, with what named each part", async () => {
  const { code, out } = await runInProcess(["whoami"], as("alice"));
  assert.is(code, 0);
  assert.fixture(
    screen(out),
    `WHAT | IS | FROM
server | SERVER, nats-server VERSION, not encrypted | NATS_URL
account | CLIENTS | the server
identity | KEY | NATS_NKEY
requester | alice | HOMELAB_DEPLOY_REQUESTER
may | deploy in prod, test
 | ask for builds
 | read the log
 | silence and acknowledge alerts
`,
  );
});

test("others, in words", async () => {
  assert.match((await runInProcess(["whoami"], as("carol"))).out, /^may +read the log\n$/m);
  assert.match((await runInProcess(["whoami"], as("provisioner"))).out, /^may +make and change the log\n$/m);
  assert.match((await runInProcess(["whoami"], as(owner))).out, /^may +anything: this server sets no limits\n$/m);
});

test("as JSON", async () => {
  const { out } = await runInProcess(["whoami", "-o", "json"], as("alice"));
  const { kind, user, may, from, not_used } = JSON.parse(out);
  assert.equal([kind, not_used], ["WhoAmI", null]);
  assert.match(user, /^U[A-Z2-7]{55}$/);
  assert.equal(may.asksIn, ["prod", "test"]);
  assert.is(from.credentials, "NATS_NKEY");
  const line = await runInProcess(["whoami", "-o", "ndjson"], as("alice"));
  assert.is(JSON.parse(line.out).requester, "alice");
});

test("a name that is not the key's", async () => {
  const { code, err } = await runInProcess(["whoami", "--as", "bob"], as("alice"));
  assert.is(code, 4);
  assert.match(err, "does not know this key by the name bob");
});

test("an open server, and one that does not let one ask", async () => {
  await within(openConfig, async (url) => {
    const { code, out } = await runInProcess(["whoami", "--nats-url", url], nowhere);
    assert.is(code, 0);
    assert.match(out, /^identity +nobody in particular +none$/m);
    assert.match(out, /^requester +nobody +login name$/m);
  });
  const config =
    'authorization { users: [{ user: alice, password: hush, permissions: { publish: "hd.req.bob.test.>" } }] }';
  const file = join(dir, "password");
  writeFileSync(file, "hush", { mode: 0o600 });
  const login = ["--user", "alice", "--password-file", file, "--as", "alice"];
  await within(config, async (url) => {
    const { code, out } = await runInProcess(["whoami", "--nats-url", url, ...login], nowhere);
    assert.is(code, 0);
    assert.match(out, /^account +the server does not say: this identity may not ask it/m);
    assert.match(out, /^identity +alice +--user$/m);
    assert.not.match(out, "hush");
  });
  const asking = config.replace('"hd.req.bob.test.>"', '["hd.req.bob.test.>", "$SYS.REQ.USER.INFO"]');
  await within(asking, async (url) => {
    const { out } = await runInProcess(["whoami", "--nats-url", url, ...login], nowhere);
    assert.match(out, /^may +deploy in the name of bob$/m);
    assert.match(out, "This key may not deploy as alice, but as bob: give --as <name>");
  });
});

test("a key that the server does not know is named as its configuration would name it", async () => {
  const pair = createUser();
  const file = join(dir, "stranger.nk");
  writeFileSync(file, pair.getSeed(), { mode: 0o600 });
  for (const command of ["whoami", "hosts", "streams diff"]) {
    const { code, err } = await runInProcess(command.split(" "), { ...as("alice"), NATS_NKEY: file });
    assert.is(code, 4);
    assert.match(err, `identity: the key ${pair.getPublicKey()} of the key file ${file}, by NATS_NKEY. Check that`);
    assert.match(err, "copy nats-server.conf to the server and reload it.\n");
  }
  const nobody = await runInProcess(["hosts"], { ...as("alice"), NATS_NKEY: undefined });
  assert.match(
    nobody.err,
    "no credentials are given. Name a context with --context, or a key file with --nkey-file.\n",
  );
});

test("a NATS context, selected and named, and one that is not used", async () => {
  const folder = join(dir, "config/nats");
  mkdirSync(join(folder, "context"), { recursive: true });
  const context = (name: string) => ({
    url: world.server.url,
    nkey: world.keys.get(name),
    inbox_prefix: `_INBOX_${name}`,
  });
  for (const name of ["alice", "carol"])
    writeFileSync(join(folder, "context", `home-${name}.json`), JSON.stringify(context(name)));
  writeFileSync(join(folder, "context.txt"), "home-alice");
  const env = { XDG_CONFIG_HOME: join(dir, "config") };
  const selected = await runInProcess(["whoami"], env);
  assert.is(selected.code, 0);
  assert.match(selected.out, /^requester +alice +context home-alice \(selected\)$/m);
  const named = await runInProcess(["whoami", "--context", "home-carol"], env);
  assert.match(named.out, /^requester +carol +context home-carol \(--context\)$/m);
  const variable = await runInProcess(["whoami"], { ...env, NATS_CONTEXT: "home-carol" });
  assert.match(variable.out, /^requester +carol +context home-carol \(NATS_CONTEXT\)$/m);
  await within(openConfig, async (url) => {
    const { out } = await runInProcess(["whoami"], { ...env, NATS_URL: url });
    assert.match(
      out,
      `A NATS context is not used: NATS_URL names ${url}, and the context home-alice is for ${world.server.url}.`,
    );
    assert.match(out, /^identity +nobody in particular/m);
  });
  const refused = await runInProcess(["hosts"], {
    ...env,
    NATS_URL: world.server.url.replace("127.0.0.1", "localhost"),
  });
  assert.is(refused.code, 4);
  assert.match(refused.err, "A NATS context is not used: NATS_URL names");
  const missing = await runInProcess(["hosts", "--context", "nowhere"], env);
  assert.is(missing.code, 2);
  assert.match(missing.err, "There is no NATS context nowhere. There are: home-alice and home-carol.");
});

test.run();
