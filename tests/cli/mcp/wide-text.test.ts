/** Text that is a token for each character: an answer is bounded by its bytes, so that it stays below 8,000 tokens. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { requestId } from "../../support/fixtures.ts";
import { buildFailed, enrol, store, storeResponse } from "../support/fleet.ts";
import { world } from "../support/world.ts";
import { connected, sessionOn, textOf } from "./support/client.ts";

const test = suite("cli/mcp/wide-text");

const mostBytes = 24_000;

const { log } = world();
const names = Array.from({ length: 40 }, (_, n) => `web${n}`);
enrol(log, ...names.map((name) => `prod/${name}`));
const wide = (length: number): string => "配".repeat(length);
const id = requestId("req-1");
const { seq } = await store(log, "hd.req.alice.prod.all", { id, revision: "main", reason: wide(400) });
for (const name of names) {
  const tail = Array.from({ length: 20 }, () => wide(600)) as never;
  const failed = buildFailed(name, { id, request_seq: seq, message: wide(2_000), log_tail: tail });
  await storeResponse(log, failed);
}
for (let n = 2; n < 40; n += 1)
  await store(log, "hd.req.alice.prod.all", { id: `req-${n}`, revision: "main", reason: wide(400) });

const { call, close } = await connected(sessionOn(log));
test.after(close);

for (const [name, args] of [
  ["deployments_list", { limit: 100 }],
  ["deployment_get", { id, limit: 200 }],
  ["deployment_get", { id, host: "web1" }],
  ["deployment_log", { id, host: "web1" }],
  ["deployment_wait", { id }],
  ["host_get", { host: "web1", deployments: 20 }],
] as const) {
  test(`${name} ${Object.keys(args).join(" ")} is short enough`, async () => {
    const result = await call(name, args);
    assert.is.not(result.isError, true, textOf(result));
    const bytes = Buffer.byteLength(JSON.stringify(result.structuredContent)) + Buffer.byteLength(textOf(result));
    assert.ok(bytes <= mostBytes, `${bytes} bytes`);
  });
}

test.run();
