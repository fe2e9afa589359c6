/**
 * The vault on a real server: it follows the log, and after the log was shrunk by its own provisioner, deleted and created
 * anew, `hd verify --vault` shows that nothing is missing. The provisioner's key cannot touch it.
 */
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { headers, type NatsConnection } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { vaultKeeper } from "../../lib/contract/fleet.ts";
import type { Identity } from "../../lib/contract/permissions.ts";
import { requester } from "../support/fixtures.ts";
import { type ServedWorld, startWorld, tiers } from "../support/nats-world.ts";
import { type Ran, runInProcess } from "./support/in-process.ts";

interface Context {
  readonly world: ServedWorld;
  readonly hd: (...words: readonly string[]) => Promise<Ran>;
  readonly owner: NatsConnection;
}

const test = suite<Context>("e2e/vault");

const identities: readonly Identity[] = [
  { kind: "deployer", requester: requester("alice"), tiers: [...tiers] },
  { kind: "auditor", requester: requester("carol") },
  { kind: "keeper", requester: vaultKeeper },
];

test.before(async (context) => {
  const world = await startWorld(identities);
  await world.apply();
  Object.assign(context, {
    world,
    owner: await world.raw("owner"),
    hd: (...words: readonly string[]) =>
      runInProcess(words, {
        HOMELAB_DEPLOY_NATS_URL: world.server.url,
        HOMELAB_DEPLOY_NKEY_FILE: world.keys.get("carol"),
        HOMELAB_DEPLOY_REQUESTER: "carol",
        HOMELAB_DEPLOY_VAULT_NKEY_FILE: world.keys.get(vaultKeeper),
      }),
  });
});
test.after(async ({ world }) => {
  await world.close();
  await world.server.stop();
});

/** As hd sends them, as anyone else may, and without anything in it. */
const append = async (nc: NatsConnection, count: number, text: string): Promise<void> => {
  const js = jetstream(nc);
  const signed = headers();
  signed.set("Hd-Anything", text);
  await Promise.all(
    Array.from({ length: count }, (_, n) => {
      const options = { msgID: `${text}-${n}`, expect: { streamName: "HD_AUDIT" }, headers: signed };
      return js.publish("hd.req.alice.prod.web1", n % 7 === 0 ? "" : `{"text":"${text} é ${n}"}`, n % 2 ? options : {});
    }),
  );
};

const codes = (out: string): readonly string[] =>
  JSON.parse(out).checks[0].findings.map(({ code }: { code: string }) => code);

test("the vault is made with the keeper's key, and again changes nothing", async ({ hd, world }) => {
  assert.match((await hd("streams", "diff", "--vault")).out, /stream {2}HD_VAULT +missing/);
  assert.match((await hd("verify", "--vault")).err, "hd streams apply --vault");
  const made = await hd("streams", "apply", "--vault");
  assert.match(made.out, /stream {2}HD_VAULT +created/);
  const again = await hd("streams", "apply", "--vault");
  assert.match(again.out, /stream {2}HD_VAULT +matches/);
  assert.is(again.code, 0);
  const other = await hd("streams", "apply", "--vault", "--vault-nkey-file", world.keys.get("provisioner") ?? "");
  assert.is(other.code, 4);
});

test("an empty log is whole", async ({ hd }) => {
  const { code, out } = await hd("verify", "--vault");
  assert.is(code, 0, out);
});

test("600 records the same in both, byte for byte", async ({ hd, world }) => {
  await append(await world.raw("alice"), 600, "first");
  const { code, out } = await hd("verify", "--vault");
  assert.fixture(
    out,
    `vault  HD_AUDIT holds 600 records, 1 to 600
vault  HD_VAULT holds 600 records, 1 to 600
vault  600 records the same in both; the vault is 0 behind
The vault has every record of the log, byte for byte.
`,
  );
  assert.is(code, 0);
});

test("the provisioner shrinks the log to one record, and nothing is missing in the vault", async ({ hd, world }) => {
  const provisioner = await world.raw("provisioner");
  const { streams } = await jetstreamManager(provisioner, { checkAPI: false });
  await streams.update("HD_AUDIT", { max_msgs: 1, discard: "old" });
  for (const act of ["DELETE.HD_AUDIT", "PURGE.HD_AUDIT", "DELETE.HD_VAULT", "UPDATE.HD_VAULT"]) {
    const answer = await provisioner.request(`$JS.API.STREAM.${act}`, "{}").then(String, String);
    assert.match(answer, "Permissions Violation");
  }
  const { code, out } = await hd("verify", "--vault");
  assert.fixture(
    out,
    `vault  HD_AUDIT holds 1 record, 600 to 600
vault  HD_VAULT holds 600 records, 1 to 600
vault  1 record the same in both; the vault is 0 behind
The log lacks 599 records (1-599) that the vault has.
Nothing is missing in the vault.
`,
  );
  assert.is(code, 1);
});

test("the log is deleted, and nothing is missing in the vault", async ({ hd, owner }) => {
  await (await jetstreamManager(owner)).streams.delete("HD_AUDIT");
  const { code, out } = await hd("verify", "--vault", "-o", "json");
  assert.is(code, 1);
  assert.equal(codes(out), ["log_lost"]);
  assert.is(JSON.parse(out).checks[0].verdict, "Nothing is missing in the vault.");
  assert.equal(JSON.parse(out).checks[0].findings[0].sequences, [[1, 600]]);
});

test("a log created anew is told from the one before", async ({ hd, world }) => {
  await world.apply();
  await append(await world.raw("alice"), 5, "anew");
  const { code, out } = await hd("verify", "--vault", "-o", "ndjson");
  assert.is(code, 1);
  const [{ findings, verdict }] = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const told = findings.map(({ code: word }: { code: string }) => word);
  // Until the server has noticed, which it looks for every ten seconds, the new records stand where the old ones did.
  assert.ok(told.includes("log_replaced") || told.includes("differs"), out);
  assert.match(verdict, told.includes("differs") ? "altered" : "Nothing is missing in the vault.");
});

test("what cannot be checked is said, not passed over", async ({ hd }) => {
  const keyless = await hd("verify", "--vault", "--vault-nkey-file", "/nonexistent.nk");
  assert.is(keyless.code, 4);
});

test.run();
