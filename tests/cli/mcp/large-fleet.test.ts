/** Two hundred hosts: what a tool answers to plain arguments stays below 8,000 tokens, and pages lead through all of it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Address, requestSubject } from "../../../lib/contract/address.ts";
import { requester, requestId, storePath } from "../../support/fixtures.ts";
import { announce, buildFailed, completed, enrol, store, storeResponse } from "../support/fleet.ts";
import { world } from "../support/world.ts";
import { connected, sessionOn } from "./support/client.ts";

const test = suite("cli/mcp/large-fleet");

/** At four characters each. */
const mostCharacters = 8_000 * 4;

const { log } = world();
const names = Array.from({ length: 200 }, (_, n) => `a-host-with-a-rather-long-name-${String(n).padStart(3, "0")}`);
const roles = "role-of-some-length,another-role-of-it,monitoring";
enrol(log, ...names.map((name) => `production/${name}:${roles}`));
const all = requestId("01JQ5S8Z7Y3M9K2N4P6R8T0V1W");
const { seq } = await store(log, requestSubject(requester("alice"), "deploy.production.all" as Address), {
  id: all,
  action: "switch",
  revision: "release/2026-01-31",
  reason: "a reason of the length that reasons have",
});
for (const [n, name] of names.entries()) {
  const changes = { id: all, request_seq: seq, closure: storePath(`nixos-system-${name}-24.11`) };
  const message = "error: builder for '/nix/store/…-nginx.drv' failed with exit code 1;\n".repeat(8);
  await storeResponse(
    log,
    n % 3 === 0 ? buildFailed(name, { ...changes, message }) : completed(name, changes),
    "production",
  );
  await announce(log, `production/${name}:${roles}`, { reboot_needed: ["kernel", "initrd"], generation: n });
}
const alert = (name: string, n: number) => ({
  ...{
    rule: "failed",
    kind: "firing",
    stands: true,
    severity: "critical",
    title: `${name} failed with build_failed in its build`,
  },
  ...{ hosts: [`production/${name}`], details: [], to: ["mail"], as_of: n, part: 1, at: "2026-01-31T12:00:06.000Z" },
});
for (const [n, name] of names.entries()) {
  const subject = `hd.alert.fired.failed.r${n + 1}`;
  await log.alerts.append({ subject, body: JSON.stringify(alert(name, n)), msgId: subject })();
}

const { call, close } = await connected(sessionOn(log));
test.after(close);

const first = names[0] ?? "";
const plain: readonly (readonly [string, Record<string, unknown>])[] = [
  ["hosts_list", {}],
  ["fleet_status", {}],
  ["host_get", { host: first }],
  ["deployments_list", {}],
  ["deployments_list", { summary: true }],
  ["deployment_get", { id: all }],
  ["deployment_get", { id: all, host: first }],
  ["deployment_log", { id: all, host: first }],
  ["alerts_list", {}],
];

for (const [name, args] of plain) {
  test(`${name} ${Object.keys(args).join(" ")} is short enough by default`, async () => {
    const result = await call(name, args);
    assert.is.not(result.isError, true);
    assert.ok(JSON.stringify(result).length < mostCharacters, `${JSON.stringify(result).length} characters`);
  });
  test(`${name} ${Object.keys(args).join(" ")} is short enough whatever is asked for`, async () => {
    const most = { deployments_list: { limit: 100 }, host_get: { deployments: 20 }, deployment_log: {} };
    const more = (most as Record<string, object>)[name] ?? { limit: 200 };
    const result = await call(name, { ...args, ...more });
    assert.is.not(result.isError, true);
    assert.ok(JSON.stringify(result).length < mostCharacters, `${JSON.stringify(result).length} characters`);
  });
}

for (const [name, key] of [
  ["hosts_list", "hosts"],
  ["fleet_status", "hosts"],
  ["alerts_list", "alerts"],
  ["deployment_get", "hosts"],
  ["deployments_list", "summary"],
] as const) {
  test(`the pages of ${name} lead through all, each once`, async () => {
    const seen: string[] = [];
    const args = { deployment_get: { id: all }, deployments_list: { summary: true } }[name as string] ?? {};
    for (let offset: unknown = 0; offset !== undefined; ) {
      const { structuredContent = {} } = await call(name, { ...args, limit: 70, offset });
      seen.push(...(structuredContent[key] as object[]).map((one) => JSON.stringify(one)));
      assert.is(structuredContent["total"], 200);
      offset = structuredContent["next_offset"];
    }
    assert.is(new Set(seen).size, 200);
    assert.is(seen.length, 200);
  });
}

test("the pages of the history lead through all, each once", async () => {
  const seen: number[] = [];
  for (let before: unknown; ; ) {
    const { structuredContent = {} } = await call("deployments_list", { limit: 90, ...(before ? { before } : {}) });
    seen.push(...(structuredContent["deployments"] as { readonly seq: number }[]).map((one) => one.seq));
    before = structuredContent["next_before"];
    if (before === undefined) break;
  }
  assert.is(new Set(seen).size, 200);
  assert.is(seen.length, 200);
});

test.run();
