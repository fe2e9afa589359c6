/** Who logs in with a key signs what it appends, by that key and anew for each record; who has none appends unsigned. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseSignature, signedText } from "../../../lib/contract/signature.ts";
import { connectBus } from "../../../lib/nats/bus.ts";
import { connectProvisioner } from "../../../lib/nats/provisioner.ts";
import { seedFile } from "../../../lib/nats/seed-file.ts";
import { verifier } from "../../../lib/nats/verify.ts";
import type { Bus, Stored } from "../../../lib/router/ports.ts";
import { applyStreams } from "../../../streams/apply.ts";
import { auditStream } from "../../../streams/audit.ts";
import { rightOf } from "../../support/either.ts";
import { requester, tier } from "../../support/fixtures.ts";
import { withServer } from "../../support/nats.ts";
import { startWorld } from "../../support/nats-world.ts";

const test = suite("lib/nats/signer");

const alice = requester("alice");
const world = await startWorld([{ kind: "deployer", requester: alice, tiers: [tier("prod")] }]);
test.after(async () => {
  await world.close();
  await world.server.stop();
});
const plain = await withServer(test);
await world.apply();

const subject = "hd.req.alice.prod.web1";

const append = async ({ log }: Bus, body: string, msgId: string): Promise<Stored> => {
  const { seq } = rightOf(await log.append({ subject, body, msgId })());
  const stored = rightOf(await log.next(seq, subject)());
  if (stored === undefined) throw new Error(`there is nothing at ${seq}`);
  return stored;
};

test("a record of a connection with a key is signed by that key, whatever its body holds", async () => {
  const bus = await world.bus(alice);
  const { publicKey } = rightOf(await seedFile(world.keys.get(alice) ?? "")());
  for (const [n, body] of ["{}", "", "two\nlines", '{"é":"😀"}'].entries()) {
    const stored = await append(bus, body, `id-${n}`);
    const signature = rightOf(parseSignature(stored.signature ?? ""));
    assert.is(signature.publicKey, publicKey);
    assert.ok(Math.abs(Date.parse(signature.at) - Date.now()) < 60_000, "signed about now");
    const text = signedText({ subject, msgId: `id-${n}`, body }, signature.at) ?? "";
    assert.ok(verifier()(signature, text), body);
  }
});

test("an append that the log has already is the first one, with its signature", async () => {
  const bus = await world.bus(alice);
  const first = await append(bus, "first", "again");
  assert.is((await append(bus, "second", "again")).signature, first.signature);
});

test("without a key nothing is signed", async () => {
  const login = { servers: [plain.url] as const, requester: alice, notice: () => undefined };
  const port = rightOf(await connectProvisioner(login)());
  const stream = auditStream({ replicas: 1, maxBytes: 10_000_000 });
  rightOf(await applyStreams(port, { stream, consumers: [] }, { update: false })());
  await port.close();
  const bus = rightOf(await connectBus(login)());
  assert.is((await append(bus, "{}", "unsigned")).signature, undefined);
  await bus.close();
});

test.run();
