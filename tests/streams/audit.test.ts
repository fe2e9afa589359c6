/** The definitions, word for word: each line is a promise about the log. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allAddress, hostAddress } from "../../lib/contract/address.ts";
import { auditStream } from "../../streams/audit.ts";
import { hostConsumer } from "../../streams/host-consumer.ts";
import { vaultSettings } from "../../streams/vault.ts";
import { hostName, tier } from "../support/fixtures.ts";

const test = suite("streams/audit");

test("the log refuses rather than forgets, and nothing of it can be deleted", () => {
  assert.equal(auditStream({ replicas: 3, maxBytes: 10_000_000_000 }), {
    name: "HD_AUDIT",
    subjects: ["hd.req.>", "hd.res.>", "hd.ask.>"],
    storage: "file",
    retention: "limits",
    discard: "new",
    replicas: 3,
    maxBytes: 10_000_000_000,
    maxRecords: -1,
    maxRecordsPerSubject: -1,
    maxAgeMs: 0,
    maxRecordBytes: 256 * 1024,
    duplicateWindowMs: 15 * 60 * 1000,
    denyDelete: true,
    denyPurge: true,
    allowDirect: true,
    source: [],
    extras: [],
  });
});

test("the vault copies the log without a bound, and nothing of it can be deleted", () => {
  assert.equal(vaultSettings({ replicas: 1 }), {
    ...auditStream({ replicas: 1, maxBytes: -1 }),
    ...{ name: "HD_VAULT", subjects: [], source: ["HD_AUDIT", "hdapi", "hdvault"] },
    ...{ maxRecordBytes: -1, duplicateWindowMs: 100 },
  });
});

test("a host's place takes requests of anyone for its addresses, from its creation on", () => {
  const addresses = [hostAddress(tier("prod"), hostName("web1")), allAddress(tier("prod"))];
  assert.equal(hostConsumer(hostName("web1"), addresses), {
    name: "host_web1",
    filters: ["hd.req.*.prod.web1", "hd.req.*.prod.web1.*", "hd.req.*.prod.all", "hd.req.*.prod.all.*"],
    deliver: "new",
    acknowledge: "explicit",
    ackWaitMs: 30_000,
    maxDeliver: 120,
    maxAckPending: 256,
    replicas: 0,
    extras: [],
  });
});

test("its deliveries last for the default life of a request", () => {
  const { maxDeliver } = hostConsumer(hostName("web1"), []);
  // The delay of the router: it doubles from a second up to half a minute.
  const delaysMs = Array.from({ length: maxDeliver - 1 }, (_, i) => Math.min(500 * 2 ** Math.min(i + 1, 10), 30_000));
  const hours = delaysMs.reduce((sum, one) => sum + one, 0) / 3_600_000;
  assert.ok(hours > 0.9 && hours < 1.1, `${hours} hours`);
});

test.run();
