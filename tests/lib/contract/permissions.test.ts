/** What each identity is allowed, word for word: a line that is added here is a right that somebody gets. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allAddress, hostAddress, roleAddress } from "../../../lib/contract/address.ts";
import { unnamed } from "../../../lib/contract/names.ts";
import { permissionsOf } from "../../../lib/contract/permissions.ts";
import { hostName, requester, role, tier } from "../../support/fixtures.ts";

const test = suite("lib/contract/permissions");

const [prod, lab] = [tier("prod"), tier("test")];
const web1 = hostName("web1");

const reading = [
  "hd.api.STREAM.INFO.HD_AUDIT",
  "hd.api.DIRECT.GET.HD_AUDIT",
  "hd.api.DIRECT.GET.HD_AUDIT.>",
  "hd.api.STREAM.INFO.KV_HD_HOSTS",
  "hd.api.DIRECT.GET.KV_HD_HOSTS",
  "hd.api.DIRECT.GET.KV_HD_HOSTS.>",
  "hd.api.STREAM.INFO.HD_ALERTS",
  "hd.api.DIRECT.GET.HD_ALERTS",
  "hd.api.DIRECT.GET.HD_ALERTS.>",
  "hd.api.CONSUMER.LIST.HD_AUDIT",
];

const whoAmI = "$SYS.REQ.USER.INFO";

test("a host answers for itself and takes its own work", () => {
  const addresses = [hostAddress(prod, web1), allAddress(prod), roleAddress(prod, role("web"))];
  assert.equal(permissionsOf({ kind: "host", hostname: web1, addresses }), {
    account: "clients",
    publish: [
      "hd.res.prod.web1.*",
      "deploy.responses.*",
      "hd.api.DIRECT.GET.HD_AUDIT.hd.res.prod.web1.*",
      "hd.api.CONSUMER.INFO.HD_AUDIT.host_web1",
      "hd.api.CONSUMER.MSG.NEXT.HD_AUDIT.host_web1",
      "$JS.ACK.HD_AUDIT.host_web1.>",
      "$KV.HD_HOSTS.web1",
      "$SYS.REQ.USER.INFO",
    ],
    subscribe: ["deploy.discover", "_INBOX_web1.>"],
  });
});

test("a host that serves two tiers may answer in both", () => {
  const addresses = [hostAddress(prod, web1), hostAddress(lab, web1)];
  const { publish } = permissionsOf({ kind: "host", hostname: web1, addresses });
  assert.equal(
    publish.filter((subject) => subject.startsWith("hd.res.")),
    ["hd.res.prod.web1.*", "hd.res.test.web1.*"],
  );
});

test("a deployer asks in its own name, in its tiers, answers alerts, and reads the log", () => {
  assert.equal(permissionsOf({ kind: "deployer", requester: requester("alice"), tiers: [lab, prod] }), {
    account: "clients",
    publish: [
      ...[
        "hd.req.alice.test.>",
        "hd.req.alice.prod.>",
        "hd.req.alice.build.*.*",
        "hd.ask.alice.>",
        "hd.alert.silence.alice",
        "hd.alert.ack.alice",
      ],
      ...["deploy.discover", ...reading, whoAmI],
    ],
    denyPublish: [
      "hd.req.alice.*.*.override",
      "hd.req.alice.*.*.*.override",
      "hd.req.alice.*.*.*.*.override",
      "hd.req.alice.*.*.*.*.*.override",
      "hd.req.alice.*.*.*.*.*.*.override",
      "hd.req.alice.*.*.*.*.*.*.*.override",
    ],
    subscribe: ["deploy.responses.*", "hd.res.>", "_INBOX_alice.>"],
  });
});

test("who may deploy in spite of a freeze is denied nothing; who has no name always is", () => {
  const denied = (name: string) =>
    permissionsOf({ kind: "deployer", requester: requester(name), tiers: [lab], overridesFreeze: true }).denyPublish;
  assert.is(denied("alice"), undefined);
  assert.is(denied(unnamed)?.length, 6);
});

test("an auditor only reads", () => {
  assert.equal(permissionsOf({ kind: "auditor", requester: requester("carol") }), {
    account: "clients",
    publish: [...reading, whoAmI],
    subscribe: ["hd.res.>", "_INBOX_carol.>"],
  });
});

test("a client of plain addresses has the inbox that NATS clients have", () => {
  const { publish, subscribe } = permissionsOf({ kind: "deployer", requester: unnamed, tiers: [lab] });
  assert.is(publish[0], "hd.req.unnamed.test.>");
  assert.not.ok(publish.some((subject) => subject.startsWith("hd.alert.")));
  assert.ok(subscribe.includes("_INBOX.>"));
});

test("an alerter reads the log, takes its own work, and writes what people are told and what was sent", () => {
  assert.equal(permissionsOf({ kind: "alerter", requester: requester("pager") }), {
    account: "clients",
    publish: [
      "hd.api.CONSUMER.INFO.HD_AUDIT.alerter",
      "hd.api.CONSUMER.MSG.NEXT.HD_AUDIT.alerter",
      "$JS.ACK.HD_AUDIT.alerter.>",
      "hd.api.CONSUMER.INFO.HD_ALERTS.*",
      "hd.api.CONSUMER.MSG.NEXT.HD_ALERTS.*",
      "$JS.ACK.HD_ALERTS.*.>",
      "hd.alert.fired.*.*",
      "hd.alert.sent.*",
      "hd.alert.aside",
      "hd.alert.rules",
      ...reading,
      whoAmI,
    ],
    subscribe: ["_INBOX_pager.>"],
  });
});

test("a builder takes build requests, answers as no host, and reads its own answers only", () => {
  assert.equal(permissionsOf({ kind: "builder", requester: requester("forge") }), {
    account: "clients",
    publish: [
      "hd.res.build.forge.*",
      "deploy.responses.*",
      "hd.api.DIRECT.GET.HD_AUDIT.hd.res.build.forge.*",
      "hd.api.CONSUMER.INFO.HD_AUDIT.builder",
      "hd.api.CONSUMER.MSG.NEXT.HD_AUDIT.builder",
      "$JS.ACK.HD_AUDIT.builder.>",
      whoAmI,
    ],
    subscribe: ["_INBOX_forge.>"],
  });
});

test("a provisioner creates and edits; of what it deletes there are consumers only", () => {
  assert.equal(permissionsOf({ kind: "provisioner", requester: requester("root") }), {
    account: "stream",
    publish: [
      "$JS.API.STREAM.INFO.HD_AUDIT",
      "$JS.API.STREAM.CREATE.HD_AUDIT",
      "$JS.API.STREAM.UPDATE.HD_AUDIT",
      "$JS.API.STREAM.INFO.KV_HD_HOSTS",
      "$JS.API.STREAM.CREATE.KV_HD_HOSTS",
      "$JS.API.STREAM.UPDATE.KV_HD_HOSTS",
      "$JS.API.STREAM.INFO.HD_ALERTS",
      "$JS.API.STREAM.CREATE.HD_ALERTS",
      "$JS.API.STREAM.UPDATE.HD_ALERTS",
      "$JS.API.CONSUMER.LIST.HD_AUDIT",
      "$JS.API.CONSUMER.INFO.HD_AUDIT.*",
      "$JS.API.CONSUMER.DURABLE.CREATE.HD_AUDIT.*",
      "$JS.API.CONSUMER.DELETE.HD_AUDIT.*",
      "$JS.API.CONSUMER.LIST.HD_ALERTS",
      "$JS.API.CONSUMER.INFO.HD_ALERTS.*",
      "$JS.API.CONSUMER.DURABLE.CREATE.HD_ALERTS.*",
      "$JS.API.CONSUMER.DELETE.HD_ALERTS.*",
      whoAmI,
    ],
    subscribe: ["_INBOX_root.>"],
  });
});

test("the keeper of the vault makes the copy and reads it, in an account of its own", () => {
  assert.equal(permissionsOf({ kind: "keeper", requester: requester("vault") }), {
    account: "vault",
    publish: ["$JS.API.STREAM.INFO.HD_VAULT", "$JS.API.STREAM.CREATE.HD_VAULT", "$JS.API.DIRECT.GET.HD_VAULT", whoAmI],
    subscribe: ["_INBOX_vault.>"],
  });
});

test.run();
