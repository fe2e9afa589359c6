/** What the log knows of freezes: of each address the newest word, and nothing of what only looks like one. */
import { isLeft } from "fp-ts/lib/Either.js";
import { left } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Address } from "../../lib/contract/address.ts";
import { failure } from "../../lib/contract/failure.ts";
import { freezesAt } from "../../streams/freezes.ts";
import { store } from "../cli/support/fleet.ts";
import { noonMs } from "../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/freezes");

const [web1, all, web] = ["deploy.prod.web1", "deploy.prod.all", "deploy.prod.role.web"] as unknown as [
  Address,
  Address,
  Address,
];

const at = async (log: Pick<ReturnType<MemoryLog["bus"]>["log"], "last">, addresses: readonly Address[]) => {
  const found = await freezesAt(log, addresses, noonMs)();
  if (isLeft(found)) throw new Error(found.left.message);
  return found.right.map(({ address, by, reason, untilMs }) => [address, by, reason, untilMs]);
};

test("of each address the newest word counts", async () => {
  const log = memoryLog();
  await store(log, "hd.req.bob.prod.all.freeze", { reason: "first" });
  await store(log, "hd.req.bob.prod.all.freeze", { reason: "second", until: "2026-01-31T12:00:01Z" });
  await store(log, "hd.req.bob.prod.role.web.freeze", { reason: "over", until: "2026-01-31T12:00:00Z" });
  await store(log, "hd.req.bob.prod.web1.freeze", { reason: "lifted" });
  await store(log, "hd.req.carol.prod.web1.unfreeze", {});
  assert.equal(await at(log.bus().log, [web1, all, web, all]), [[all, "bob", "second", noonMs + 1_000]]);
  await store(log, "hd.req.dave.prod.web1.freeze", { reason: "again" });
  assert.equal(await at(log.bus().log, [web1]), [[web1, "dave", "again", undefined]]);
});

test("a host or a role called freeze is none", async () => {
  const log = memoryLog();
  await store(log, "hd.req.bob.prod.freeze", { revision: "main" });
  await store(log, "hd.req.bob.prod.role.freeze", { revision: "main" });
  assert.equal(await at(log.bus().log, [web1, all, web, "deploy.prod.freeze" as Address]), []);
});

test("where there is no freeze of any host, one look for each form of address says so", async () => {
  const log = memoryLog();
  await store(log, "hd.req.bob.test.all.freeze", { reason: "another tier" });
  const looks: string[] = [];
  const last: Parameters<typeof at>[0]["last"] = (filter) => {
    looks.push(filter);
    return log.bus().log.last(filter);
  };
  const hosts = Array.from({ length: 100 }, (_, n) => `deploy.prod.web${n}` as Address);
  assert.equal(await at({ last }, [...hosts, all, web]), []);
  assert.equal(looks, ["hd.req.*.prod.*.freeze", "hd.req.*.prod.*.*.freeze"]);
});

test("a log that cannot be read is a failure, not a log without freezes", async () => {
  const found = await freezesAt({ last: () => left(failure("unreachable", "no route")) }, [web1], noonMs)();
  assert.ok(isLeft(found));
});

test.run();
