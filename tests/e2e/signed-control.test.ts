/**
 * Control requests where signatures are required: whoever can store any bytes on any subject cannot cancel, freeze, unfreeze
 * or override by it. Each attack is tried with each verb, and what is good is served in between.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { headers, nanos } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { logStream } from "../../lib/contract/log-names.ts";
import { signatureHeader } from "../../lib/contract/signature.ts";
import { signatureOf } from "../../lib/nats/signer.ts";
import type { UserKey } from "../../lib/nats/user-key.ts";
import { eventually } from "../support/collector.ts";
import { rightOf } from "../support/either.ts";
import { startFleet } from "../support/fleet.ts";
import { allActions, newSigner } from "../support/signing.ts";
import { tempDir } from "../support/temp-dir.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: signed control");
const fleet = await startFleet(test);

const [aliceKey, bobKey] = [newSigner(), newSigner()];
const trustedKeys = join(tempDir("signed-control"), "trusted.json");
const owner = { tiers: ["prod"], actions: allActions };
const keys = [
  { name: "alice", keys: [aliceKey.publicKey], ...owner, override_freeze: true },
  { name: "bob", keys: [bobKey.publicKey], ...owner },
];
writeFileSync(trustedKeys, JSON.stringify({ tiers: { prod: "require" }, keys }), { mode: 0o600 });
const listen = () => fleet.start("web1", { HOMELAB_DEPLOY_TRUSTED_KEYS: trustedKeys }).listening();
await listen();

// So that a replay is stored at all.
const { streams } = await jetstreamManager(await fleet.client("owner"));
await streams.update(logStream, { duplicate_window: nanos(100) });

const verbs = ["cancel", "freeze", "unfreeze", "override"] as const;
type Verb = (typeof verbs)[number];

interface Message {
  readonly subject: string;
  readonly body: string;
  readonly msgId: string;
}

let count = 0;

/** One that fits the routes of all verbs, so that only its subject says what it asks for. */
const asked = (verb: Verb, name = "alice"): Message => {
  const msgId = `request-${++count}`;
  const body = JSON.stringify({ id: msgId, reason: "a reason", request: "req-0", revision: "v1" });
  return { subject: `hd.req.${name}.prod.web1.${verb}`, body, msgId };
};

const signed = (message: Message, key: UserKey = aliceKey): string | undefined => signatureOf(key, message, Date.now());

/** As the owner of the streams can: the end of the request on web1. */
const put = async ({ subject, body, msgId }: Message, signature: string | undefined) => {
  const made = headers();
  if (signature !== undefined) made.set(signatureHeader, signature);
  const js = jetstream(await fleet.client("owner"));
  for (;;) {
    const { seq, duplicate } = await js.publish(subject, body, { headers: made, msgID: msgId });
    if (!duplicate) return (await fleet.ended(seq, "web1")).event;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const refused = async (message: Message, signature: string | undefined, why: RegExp): Promise<void> => {
  const event = await put(message, signature);
  assert.equal([event.status, event.error], ["rejected", "unauthorized"], event.message);
  assert.match(event.message, why);
};

const served = async (message: Message, signature: string | undefined): Promise<void> => {
  const { status, error } = await put(message, signature);
  if (message.subject.endsWith(".cancel")) assert.is(error, "too_late");
  else assert.is(status, message.subject.endsWith(".override") ? "completed" : "applied");
};

/** Killed before it is, the listener refuses again, and this log takes the second refusal: it remembers ids for an instant only. */
const isSettled = async () =>
  rightOf(await fleet.roster.enrolled()()).some(({ hostname, pending }) => hostname === "web1" && pending === 0) ||
  undefined;

for (const verb of verbs) {
  test(`${verb}: unsigned, altered, by another name or key, or for another verb it is refused`, async () => {
    const good = asked(verb);
    const signature = signed(good);
    await refused(good, undefined, /it is not signed/);
    await refused({ ...good, body: good.body.replace("a reason", "another") }, signature, /signature is not good/);
    await refused({ ...good, subject: `hd.req.alice.prod.all.${verb}` }, signature, /signature is not good/);
    await refused({ ...good, subject: `hd.req.bob.prod.web1.${verb}` }, signature, /its key is that of alice/);
    await refused(asked(verb), signed(asked(verb), newSigner()), /not trusted here/);
    for (const other of [...verbs.filter((one) => one !== verb), undefined]) {
      const subject = ["hd.req.alice.prod.web1", ...(other === undefined ? [] : [other])].join(".");
      await refused({ ...good, subject }, signature, /signature is not good/);
    }
    await refused({ ...good, msgId: `${good.msgId}x` }, signature, /signature is not good/);
  });

  test(`${verb}: as it was signed it is served once, and is a replay afterwards, also after a restart`, async () => {
    const good = asked(verb);
    const signature = signed(good);
    await served(good, signature);
    await refused(good, signature, /it is a replay/);
    await eventually("all that was answered is settled", isSettled);
    await fleet.killListeners();
    await listen();
    await refused(good, signature, /it is a replay/);
  });
}

test("nothing that was refused had an effect", async () => {
  const ended = await put(asked("override"), undefined);
  assert.is(ended.error, "unauthorized");
  const message = { ...asked("override"), subject: "hd.req.alice.prod.web1" };
  assert.is((await put(message, signed(message))).status, "completed");
  await theLogIsTrue(fleet);
});

test("a key that may not override does not, whatever NATS lets through", async () => {
  const message = asked("override", "bob");
  await refused(message, signed(message, bobKey), /may not deploy in spite of a freeze/);
  const plain = { ...asked("freeze", "bob") };
  await served(plain, signed(plain, bobKey));
  await theLogIsTrue(fleet);
});

test.run();
