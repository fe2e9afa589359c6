/**
 * What a real listener announces, as `hd hosts` shows it: while it is there, while it deploys, after it was told to end, after
 * it was killed, and of a system that somebody changed without it. And a log that has no place for any of it deploys as well.
 */
import { jetstreamManager } from "@nats-io/jetstream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Presence } from "../../lib/contract/presence.ts";
import { repoint } from "../../lib/nix/generations.ts";
import { rootedPaths } from "../../lib/nix/rooted-switch.ts";
import { eventually } from "../support/collector.ts";
import { startFleet } from "../support/fleet.ts";
import { gateAt } from "./support/gate.ts";
import type { ListenerProcess } from "./support/listener-process.ts";
import { theLogIsTrue } from "./support/the-log-is-true.ts";

const test = suite("e2e: presence");
const fleet = await startFleet(test, { consumer: { ackWaitMs: 1_000 } });
test.after.each(() => fleet.killListeners());

const often = { HOMELAB_DEPLOY_PRESENCE_INTERVAL: "1" };

interface Line {
  readonly host: string;
  readonly state: string;
  readonly seen_at: string | null;
  readonly presence: Presence | null;
  readonly unlike_log: { readonly how: string } | null;
}

const line = async (host: string): Promise<Line> => {
  const { out } = await fleet.hd("hosts", "-o", "json");
  const { hosts }: { hosts: readonly Line[] } = JSON.parse(out);
  const found = hosts.find((one) => one.host === host);
  if (found === undefined) throw new Error(`there is no line for ${host}`);
  return found;
};

const shows = (what: string, host: string, fits: (of: Line) => boolean): Promise<Line> =>
  eventually(`hd hosts shows ${host} ${what}`, async () => {
    const found = await line(host);
    return fits(found) ? found : undefined;
  });

const listening = async (env = {}): Promise<ListenerProcess> => {
  const listener = fleet.start("lab1", env);
  await listener.listening();
  return listener;
};

const deploys = async (revision: string) => {
  const { status, event } = await fleet.ended(await fleet.ask("test/lab1", { revision }), "lab1");
  assert.is(status, "completed", event.message);
  return event;
};

test("present, at work, and then with what it runs", async () => {
  await listening();
  const { presence } = await shows("present", "lab1", ({ state, presence: of }) => state === "present" && of !== null);
  assert.equal([presence?.tier, presence?.roles, presence?.simulated], ["test", ["dns"], true]);
  assert.ok(presence?.booted_at !== undefined);
  const gate = await gateAt(fleet.root("lab1"));
  const seq = await fleet.ask("test/lab1", { revision: "v1" });
  await shows("at activation", "lab1", ({ presence: of }) => of?.doing?.phase === "activate");
  await gate.open();
  const { event } = await fleet.ended(seq, "lab1");
  assert.is(event.status, "completed");
  const after = await shows("idle", "lab1", ({ presence: of }) => of?.doing === undefined);
  assert.equal([after.presence?.running, after.presence?.commit], [event.closure, event.commit]);
  assert.is(after.unlike_log, null);
  await gate.remove();
  await theLogIsTrue(fleet);
});

test("stopped after a good-bye, away after a kill, and each with when it was last seen", async () => {
  const polite = await listening();
  await shows("present", "lab1", ({ presence }) => presence !== null && presence.stopped === undefined);
  assert.equal(await polite.terminate(), { code: 0, signal: null });
  const stopped = await shows("stopped", "lab1", ({ state }) => state === "stopped");
  assert.is(stopped.presence?.stopped, true);
  const killed = await listening();
  await shows("present", "lab1", ({ state, presence }) => state === "present" && presence?.stopped === undefined);
  await killed.kill();
  const away = await shows("away", "lab1", ({ state }) => state === "away");
  assert.ok(Date.parse(away.seen_at ?? "") > Date.parse(stopped.seen_at ?? ""));
  const { out } = await fleet.hd("hosts");
  assert.match(out, /HOST .* SEEN .*\n[\s\S]*lab1 +test +dns +away +(?:now|\d+ s ago) /);
});

test("what was changed without a deployment is seen soon, and told as such", async () => {
  await listening(often);
  const first = await deploys("v1");
  const second = await deploys("main");
  await shows("as deployed", "lab1", ({ presence }) => presence?.running === second.closure);
  const { currentSystem } = rootedPaths(fleet.root("lab1"));
  await repoint(currentSystem, `${fleet.root("lab1")}/store/${first.closure?.split("/").at(-1)}`);
  const changed = await shows("changed", "lab1", ({ unlike_log: unlike }) => unlike !== null);
  assert.is(changed.unlike_log?.how, "by hand");
  assert.equal([changed.presence?.running, changed.presence?.commit], [first.closure, first.commit]);
  const { out } = await fleet.hd("hosts");
  assert.match(out, `${first.commit?.slice(0, 7)} changed by hand`);
  await deploys("main");
  await shows("as deployed again", "lab1", ({ unlike_log: unlike }) => unlike === null);
  await theLogIsTrue(fleet);
});

test("without the bucket a host deploys all the same and says so once, and announces as soon as there is one", async () => {
  const { streams } = await jetstreamManager(await fleet.client("owner"));
  await streams.delete("KV_HD_HOSTS");
  const listener = await listening(often);
  await deploys("v1");
  await deploys("main");
  await listener.heard("not announced: The bucket HD_HOSTS does not answer");
  const { out, err } = await fleet.hd("hosts");
  assert.match(out, /lab1 .*present/);
  assert.match(err, "this log has no bucket of presences yet; make it with: hd streams apply");
  await fleet.world.apply();
  await shows("with what it announced", "lab1", ({ presence }) => presence !== null);
  assert.is((listener.out() + listener.err()).match(/not announced/g)?.length, 1);
  await theLogIsTrue(fleet);
});

test("what a host is told not to announce is not", async () => {
  const { streams } = await jetstreamManager(await fleet.client("owner"));
  await streams.purge("KV_HD_HOSTS", { filter: "$KV.HD_HOSTS.lab1" });
  const listener = await listening({ HOMELAB_DEPLOY_PRESENCE_INTERVAL: "0" });
  await deploys("v1");
  assert.is((await line("lab1")).presence, null);
  await listener.terminate();
  assert.is((await line("lab1")).presence, null);
});

test.run();
