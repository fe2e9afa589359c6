/**
 * A rehearsal over any record at all: it comes to an end, tells of each request at each host once, and is right about what is
 * the same.
 */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rehearsal } from "../../handlers/rehearsal.ts";
import { isUserKey, verifier } from "../../lib/nats/verify.ts";
import type { Stored } from "../../lib/router/ports.ts";
import { type RehearsedRow, rehearse } from "../../streams/rehearsal.ts";
import { logSource } from "../../streams/rehearsal-source.ts";
import { rightOf } from "../support/either.ts";
import { noonMs, storePath } from "../support/fixtures.ts";
import { memoryLog } from "../support/memory-bus.ts";

const test = suite("streams/rehearsal");

const pick = <const A extends readonly unknown[]>(...values: A): fc.Arbitrary<A[number]> => fc.constantFrom(...values);

const ids = pick("one", "two", "three", undefined, 7);
const closures = pick(undefined, storePath("a"), storePath("b"));

const body = fc.oneof(
  { weight: 8, arbitrary: fc.record({ revision: pick("main", "v1", "--x"), id: ids, if_current: closures }) },
  fc.record({ request: ids, id: ids, reason: pick("because", undefined) }),
  fc.record({ reason: pick("because", " "), until: pick(undefined, "2026-01-31T12:00:20Z", "soon") }),
  fc.anything(),
);

const requested = fc.record({
  subject: fc
    .tuple(
      pick("alice", "unnamed"),
      pick("prod.web1", "prod.all", "prod.role.web", "test.lab1"),
      pick("", "", ".cancel", ".freeze", ".unfreeze", ".override", ".newer"),
    )
    .map(([who, target, verb]) => `hd.req.${who}.${target}${verb}`),
  body,
});

const statuses = pick("accepted", "rejected", "started", "completed", "failed", "applied");
const codes = pick(
  null,
  "busy",
  "frozen",
  "expired",
  "internal",
  "unauthorized",
  "superseded",
  "rolled_back",
  "newer_code",
);

/** Answers a request that is somewhere before it, or none. */
const answered = fc
  .tuple(pick("prod", "test"), pick("web1", "web2", "lab1"), statuses)
  .chain(([tier, hostname, status]) =>
    fc.record({
      subject: fc.constant(`hd.res.${tier}.${hostname}.${status}`),
      body: fc.record({
        ...{ hostname: fc.constant(hostname), status: fc.constant(status), error: codes, message: fc.constant("so") },
        ...{ id: ids, request_seq: fc.nat(30), phase: pick(null, "activate", "verify"), closure: closures },
        ...{ action: pick("switch", "boot", "dry-activate", undefined), previous: closures },
      }),
    }),
  );

const junk = fc.record({ subject: pick("hd.req.x", "hd.res.prod.web1.accepted", "hd.other"), body: fc.anything() });

const records = fc.array(fc.oneof({ weight: 4, arbitrary: requested }, { weight: 6, arbitrary: answered }, junk), {
  maxLength: 40,
});

type Written = Pick<Stored, "subject"> & { readonly body: unknown };

const rehearsed = async (written: readonly Written[]) => {
  const log = memoryLog({ now: () => noonMs + log.records.length * 1_000 });
  const { append, ...reader } = log.bus().log;
  for (const [n, { subject, body: of }] of written.entries())
    rightOf(await append({ subject, body: JSON.stringify(of) ?? "", msgId: `${n}` })());
  const rows: RehearsedRow[] = [];
  const passedOver: number[] = [];
  const policy = { trustedKeysFile: undefined, queueMs: 10_000, frozen: [] };
  const stage = rightOf(await rehearsal({ isKey: isUserKey, verify: verifier() })(policy)());
  const output = {
    row: (row: RehearsedRow) => void rows.push(row),
    passedOver: ({ seq }: { readonly seq: number }) => void passedOver.push(seq),
  };
  const source = rightOf(await logSource(reader));
  const result = rightOf(await rehearse(source, stage, { hosts: [], isChecking: false }, output));
  await stage.close();
  return { rows, passedOver, result };
};

const told = (one: RehearsedRow["now"]): string => `${one?.decision} ${one?.code}`;

test("of any record, each request at each host once, and the same is what is the same", async () => {
  await fc.assert(
    fc.asyncProperty(records, async (written) => {
      const { rows, result, passedOver } = await rehearsed(written);
      const places = rows.map(({ request, host }) => `${request.seq} ${host.tier}/${host.hostname}`);
      assert.is(new Set(places).size, places.length);
      assert.ok(result.requests + passedOver.length <= written.length);
      for (const { verdict, why, recorded, now } of rows) {
        assert.is(verdict === "same", told(recorded) === told(now));
        assert.is(verdict === "not reproducible", why !== undefined);
        assert.ok(now !== undefined || verdict === "not reproducible");
      }
    }),
    { numRuns: 60 },
  );
});

test.run();
