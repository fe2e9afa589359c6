/** What each identity is allowed, word for word: a line that is added here is a right that somebody gets. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allAddress, hostAddress, roleAddress } from "../../../lib/contract/address.ts";
import { permissionsOf } from "../../../lib/contract/permissions.ts";
import { hostName, requester, role, tier } from "../../support/fixtures.ts";

const test = suite("lib/contract/permissions");

const [prod, lab] = [tier("prod"), tier("test")];
const web1 = hostName("web1");

const reading = [
  "hd.api.STREAM.INFO.HD_AUDIT",
  "hd.api.DIRECT.GET.HD_AUDIT",
  "hd.api.DIRECT.GET.HD_AUDIT.>",
  "hd.api.CONSUMER.LIST.HD_AUDIT",
];

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

test("a deployer asks in its own name, in its tiers, and reads the log", () => {
  assert.equal(permissionsOf({ kind: "deployer", requester: requester("alice"), tiers: [lab, prod] }), {
    account: "clients",
    publish: ["hd.req.alice.test.>", "hd.req.alice.prod.>", "deploy.discover", ...reading],
    subscribe: ["deploy.responses.*", "hd.res.>", "_INBOX_alice.>"],
  });
});

test("an auditor only reads", () => {
  assert.equal(permissionsOf({ kind: "auditor", requester: requester("carol") }), {
    account: "clients",
    publish: reading,
    subscribe: ["hd.res.>", "_INBOX_carol.>"],
  });
});

test("a provisioner creates and edits, and deletes nothing", () => {
  assert.equal(permissionsOf({ kind: "provisioner", requester: requester("root") }), {
    account: "stream",
    publish: [
      "$JS.API.STREAM.INFO.*",
      "$JS.API.STREAM.CREATE.*",
      "$JS.API.STREAM.UPDATE.*",
      "$JS.API.CONSUMER.LIST.*",
      "$JS.API.CONSUMER.INFO.*.*",
      "$JS.API.CONSUMER.CREATE.>",
      "$JS.API.CONSUMER.DURABLE.CREATE.*.*",
    ],
    subscribe: ["_INBOX_root.>"],
  });
});

test.run();
