/** An alerter with the permissions that hd gives it, on a real server: it finds what is absent, and its end, in what is there. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allAddress, hostAddress, responseSubject } from "../../../lib/contract/address.ts";
import type { Identity } from "../../../lib/contract/permissions.ts";
import { rehearseAlerts } from "../../../streams/alerts/rehearse.ts";
import { ticker } from "../../../streams/alerts/tick.ts";
import { completed, event } from "../../cli/support/fleet.ts";
import { rule, rulesOf, tickEnv } from "../../support/alerter.ts";
import { rightOf } from "../../support/either.ts";
import { requester, sinkName, web1 } from "../../support/fixtures.ts";
import { startWorld, tiers } from "../../support/nats-world.ts";

const test = suite("streams/alerts/absences on nats");

const addresses = [hostAddress(web1.tier, web1.hostname), allAddress(web1.tier)];
const host: Identity = { kind: "host", ...web1, addresses };
const alerterIdentity: Identity = { kind: "alerter", requester: requester("alerter") };
const bob: Identity = { kind: "deployer", requester: requester("bob"), tiers };

const hourMs = 3_600_000;

test("what is absent is told, and its end, and what a rule would have told", async () => {
  const world = await startWorld([host, alerterIdentity, bob]);
  try {
    await world.apply({ hosts: [[web1.hostname, addresses]], sinks: [sinkName("phone")] });
    const listener = await world.listener(web1, addresses);
    const say = async (of: ReturnType<typeof event>) => {
      const subject = responseSubject(web1.tier, web1.hostname, of.status);
      rightOf(await listener.log.append({ subject, body: JSON.stringify(of), msgId: `${of.status}` })());
    };
    await say(event("web1", { status: "accepted" }));
    const at = "2026-01-31T12:00:00.000Z";
    const presence = { ...web1, deploy_subjects: addresses, version: "1", at, since: at, stopped: true };
    rightOf(await listener.announcing.put(JSON.stringify(presence))());
    const bus = await world.alerter("alerter");
    const rules = [
      rule("stuck", { kind: "unfinished", afterMs: hourMs }),
      rule("away", { kind: "unseen", afterMs: hourMs }),
      rule("old", { kind: "undeployed", afterMs: hourMs }),
      rule("reboot", { kind: "reboot", afterMs: hourMs }),
    ] as const;
    let aheadMs = 0;
    const tick = ticker(tickEnv(bus, rulesOf(...rules), () => Date.now() + aheadMs));
    rightOf(await tick());
    aheadMs = 2 * hourMs;
    rightOf(await tick());
    rightOf(await tick());
    await say(completed("web1"));
    rightOf(await listener.announcing.put(JSON.stringify(presence))());
    aheadMs = 0;
    rightOf(await tick());
    const told = rightOf(await bus.alerts.range(1, "hd.alert.>", 100)()).map(({ subject, body }) => {
      const { kind, hosts } = JSON.parse(body);
      return `${subject} ${kind} ${hosts}`;
    });
    assert.equal(
      told,
      ["firing", "resolved"].flatMap((kind) =>
        ["stuck", "away", "old"].map((name) => `hd.alert.fired.${name}.absent-0 ${kind} prod/web1`),
      ),
    );
    const rehearsed: string[] = [];
    const deployer = await world.bus("bob");
    const count = await rehearseAlerts(deployer, {
      ...{ rule: rules[2], sinceMs: 0, untilMs: Date.now() + 2 * hourMs },
      tell: ({ kind, hosts }) => void rehearsed.push(`${kind} ${hosts}`),
    })();
    assert.is(rightOf(count), 2);
    assert.equal(rehearsed, ["firing prod/web1"]);
  } finally {
    await world.close();
    await world.server.stop();
  }
});

test.run();
