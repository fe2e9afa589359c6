/** Each check of `hd doctor` by itself, at the edges of what it tells apart; and how failures are cut into two. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Finding, failed } from "../../../cli/doctor/finding.ts";
import { clocks, encryption, permissions, settings } from "../../../cli/doctor/link-checks.ts";
import { alerter, builder, copies, design, places, presence, room } from "../../../cli/doctor/log-checks.ts";
import { failure } from "../../../lib/contract/failure.ts";
import type { FoundPlace, Server } from "../../../lib/router/inspection.ts";
import type { FoundStream, StreamSettings } from "../../../lib/router/provisioner.ts";
import { alerterConsumer } from "../../../streams/alerts/settings.ts";
import { auditStream } from "../../../streams/audit.ts";
import { builderConsumer } from "../../../streams/builder-consumer.ts";
import { hostConsumer } from "../../../streams/host-consumer.ts";
import { hostName, noonMs, requester } from "../../support/fixtures.ts";

const test = suite("cli/doctor/checks");

const marks = (...findings: readonly Finding[]): string => findings.map(({ mark }) => mark).join(" ");

const server: Server = { url: "host:4222", version: "2.15.1", encrypted: false, jetStream: true, clustered: false };
const mib = 1024 ** 2;

const stream = (changes: Partial<StreamSettings> = {}, usedBytes = 0): FoundStream => ({
  settings: { ...auditStream({ replicas: 1, maxBytes: 100 * mib }), ...changes },
  usedBytes,
  records: 1_000,
  madeMs: 0,
  firstAtMs: noonMs,
});

test("clocks", () => {
  const apart = (ms: number) => clocks({ serverMs: 1_000_000, hereMs: 1_000_000 + ms });
  assert.is(
    marks(...[0, 2_000, -2_000, 2_001, -60_000, 60_001, -3_600_000].map(apart)),
    "ok ok ok warn warn fail fail",
  );
  assert.match(apart(90_000).text, "90.0 s ahead of the server");
  assert.match(apart(-90_000).text, "90.0 s behind the server");
  assert.is(clocks(undefined).mark, "skipped");
});

test("settings, and what gave them", () => {
  const context = "context home (selected)";
  const origins = { servers: context, credentials: context, tls: context, requester: context };
  const made = {
    servers: ["tls://home"] as const,
    requester: requester("alice"),
    origins,
    repeated: "",
    passedOver: undefined,
  };
  const connection = { ...made, notice: () => undefined };
  assert.is(settings(connection).text, "tls://home as alice, all by the context home (selected)");
  const mixed = { ...connection, origins: { ...origins, requester: "--as" } };
  assert.is(settings(mixed).text, `tls://home (${context}), credentials: ${context}, as alice (--as)`);
  const over = settings({ ...connection, passedOver: "NATS_URL names another" });
  assert.is(over.mark, "warn");
  assert.match(over.text, "a NATS context is not used: NATS_URL names another");
});

test("encryption", () => {
  assert.is(encryption(server, ["nats://127.0.0.1:4222", "localhost"]).mark, "ok");
  assert.is(encryption(server, ["localhost", "nats.example.org"]).mark, "warn");
  assert.is(encryption({ ...server, encrypted: true }, ["nats.example.org"]).mark, "ok");
});

test("permissions", () => {
  const publishing = (...allow: readonly string[]) => {
    const limits = { publish: { allow, deny: [] }, subscribe: { allow: undefined, deny: [] } };
    return permissions({ user: "u", account: "A", clocks: undefined, limits }, requester("alice"));
  };
  assert.is(publishing("hd.req.alice.prod.>").mark, "ok");
  assert.match(publishing("hd.req.bob.prod.>").text, "may not deploy as alice, but as bob");
  assert.is(marks(publishing("hd.req.bob.prod.>"), publishing(), publishing("hd.req.*.*.>")), "fail fail warn");
  const unlimited = { user: undefined, account: "$G", clocks: undefined, limits: undefined };
  assert.match(permissions(unlimited, requester("alice")).text, "whoever reaches this server");
});

test("the log's design: copies and size are the fleet's to choose, the rest is not", () => {
  assert.is(marks(design(stream()), design(stream({ replicas: 3, maxBytes: 5 * mib }))), "ok ok");
  const drifted = design(stream({ discard: "old", maxAgeMs: 1_000 }));
  assert.is(drifted.mark, "fail");
  assert.match(drifted.text, "discard is old instead of new; maxAgeMs is 1000 instead of 0");
  assert.match(drifted.remedy ?? "", "hd streams apply --update");
  assert.match(design(stream({ storage: "memory" })).remedy ?? "", "No edit can change");
  assert.is(design(stream({ maxBytes: -1 })).mark, "fail");
});

test("room and copies", () => {
  const used = (share: number) => room(stream({}, share * 100 * mib), noonMs);
  assert.is(marks(used(0.79), used(0.8), used(0.9999)), "ok warn fail");
  assert.is(room(stream({ maxBytes: -1 }), noonMs).mark, "warn");
  const clustered = { ...server, clustered: true };
  assert.is(
    marks(copies(stream(), server), copies(stream(), clustered), copies(stream({ replicas: 3 }), clustered)),
    "ok warn ok",
  );
});

test("places and who is there", () => {
  const [web1, web2] = [hostName("web1"), hostName("web2")];
  const place = (changes: Partial<FoundPlace> = {}): FoundPlace => {
    return { settings: hostConsumer(web1, []), present: true, pending: 0, ...changes };
  };
  assert.is(marks(places([place()], []), places([place()], [web2]), places([], [])), "ok fail warn");
  const drifted = places([place({ settings: { ...hostConsumer(web1, []), maxDeliver: 1 } })], []);
  assert.match(drifted.text, "web1: maxDeliver is 1 instead of 120");
  const other = place({ settings: { ...hostConsumer(web1, []), name: "alerter" } });
  assert.match(places([other], []).text, "no place for any host");
  const many = Array.from({ length: 12 }, (_, n) => place({ settings: hostConsumer(hostName(`h${12 - n}`), []) }));
  assert.is(presence(many, []).text, "present: h1, h2, h3, h4, h5, h6, h7, h8, h9, h10 and 2 more");
  const both = [place({ present: false }), place({ settings: hostConsumer(web2, []) })];
  assert.is(presence(both, [web2]).text, "present: web2");
  assert.is(marks(presence([], [web2])), "skipped");
  const away = [place({ present: false, pending: 2 })];
  assert.is(marks(presence([place()], [web1]), presence(away, []), presence(away, [web1])), "ok warn fail");
  assert.match(presence(away, []).text, "away: web1; requests that wait there: 2");
});

test("an alerter that is away, or does not get on, is told of; where there is no place for one, nothing is", () => {
  const at = (present: boolean, pending: number): FoundPlace => ({ settings: alerterConsumer, present, pending });
  assert.equal(alerter([]), []);
  const found = [at(true, 3), at(true, 5_000), at(false, 0)].flatMap((one) => alerter([one]));
  assert.is(marks(...found), "ok warn warn");
  assert.is(found[1]?.text, "present; records that nobody has judged yet: 5000");
});

test("a builder that is away is told of, and a place that would have it skip requests is wrong", () => {
  const at = (changes: Partial<FoundPlace> = {}): FoundPlace => ({
    ...{ settings: builderConsumer, present: true, pending: 1 },
    ...changes,
  });
  assert.equal(builder([]), []);
  const many = at({ settings: { ...builderConsumer, maxAckPending: 256 } });
  const found = [at(), at({ present: false }), many].flatMap((one) => builder([one]));
  assert.is(marks(...found), "ok warn fail");
  assert.is(found[1]?.text, "away; requests that are not ended yet: 1");
  assert.match(found[2]?.text ?? "", "maxAckPending is 256 instead of 1");
});

test("the last sentence of a failure is its remedy", () => {
  const told = failed(
    "log",
    failure("unaudited", "The log is gone. Nobody knows why. Make it with `hd streams apply`."),
  );
  assert.equal([told.text, told.remedy], ["The log is gone. Nobody knows why", "Make it with `hd streams apply`."]);
  assert.ok(failed("x", failure("internal", "It broke.")).remedy);
});

test.run();
