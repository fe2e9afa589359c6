/** The log and its copy side by side: every way in which they can differ is told apart, and told by its sequences. */
import { right } from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { RawRecord, RecordReader } from "../../lib/router/records.ts";
import { checkVault } from "../../streams/vault-check.ts";
import { failureOf, rightOf } from "../support/either.ts";

const test = suite("streams/vault-check");

const pageSize = 3;

const record = (seq: number, changes: Partial<RawRecord> = {}): RawRecord => ({
  ...{ seq, originSeq: 0, origin: "", time: "", headers: new Map() },
  ...{ subject: "hd.req.alice.prod.web1", body: `{"n":${seq}}` },
  ...changes,
});

const logOf = (...seqs: readonly number[]): readonly RawRecord[] => seqs.map((seq) => record(seq));

/** A copy of these sequences, in the order in which they were copied. */
const copyOf = (...origins: readonly number[]): readonly RawRecord[] =>
  origins.map((originSeq, n) => record(n + 1, { originSeq, body: `{"n":${originSeq}}` }));

const to = (last: number): readonly number[] => Array.from({ length: last }, (_, n) => n + 1);

const readerOf = (records: readonly RawRecord[] | undefined): RecordReader => ({
  extent: () =>
    right(records && { records: records.length, first: records[0]?.seq ?? 0, last: records.at(-1)?.seq ?? 0 }),
  page: (seq) => right((records ?? []).filter((one) => one.seq >= seq).slice(0, pageSize)),
});

const check = async (log: readonly RawRecord[] | undefined, vault: readonly RawRecord[] | undefined) =>
  checkVault(readerOf(log), readerOf(vault), { patienceMs: 0 })();

const found = async (log: readonly RawRecord[] | undefined, vault: readonly RawRecord[]) => {
  const { findings, verdict } = rightOf(await check(log, vault));
  return { findings: findings.map(({ code, message }) => `${code}: ${message}`), verdict };
};

test("both have the same", async () => {
  const { facts, findings, verdict } = rightOf(await check(logOf(...to(10)), copyOf(...to(10))));
  assert.equal(findings, []);
  assert.is(verdict, "The vault has every record of the log, byte for byte.");
  assert.equal(facts, [
    "HD_AUDIT holds 10 records, 1 to 10",
    "HD_VAULT holds 10 records, 1 to 10",
    "10 records the same in both; the vault is 0 behind",
  ]);
});

test("both are empty", async () => {
  assert.equal((await found([], [])).findings, []);
});

test("the log lost records, and the vault has them", async () => {
  const whole = copyOf(...to(10));
  for (const [log, message] of [
    [logOf(10), "9 records (1-9)"],
    [logOf(1, 2, 5, 6, 7, 8, 9, 10), "2 records (3-4)"],
    [[], "10 records (1-10)"],
    [undefined, "10 records (1-10)"],
  ] as const) {
    assert.equal(await found(log, whole), {
      findings: [`log_lost: The log lacks ${message} that the vault has.`],
      verdict: "Nothing is missing in the vault.",
    });
  }
  const { facts } = rightOf(await check(undefined, whole));
  assert.is(facts[0], "HD_AUDIT does not exist");
});

test("the vault lost records, and the log has them", async () => {
  assert.equal(await found(logOf(...to(10)), copyOf(1, 2, 6, 7, 8)), {
    findings: [
      "vault_lost: The vault lacks 3 records (3-5) that the log has.",
      "vault_behind: The vault does not follow: it lacks the newest 2 records (9-10).",
    ],
    verdict: "Every record is in the log or in the vault.",
  });
});

test("what is missing behind the end of the vault is told by who has it", async () => {
  assert.equal((await found(logOf(1, 2, 5), copyOf(1, 2))).findings, [
    "missing: Neither the log nor the vault has 2 records (3-4).",
    "vault_behind: The vault does not follow: it lacks the newest 1 record (5).",
  ]);
  assert.equal((await found(logOf(1, 2), [])).findings, [
    "vault_behind: The vault does not follow: it lacks the newest 2 records (1-2).",
  ]);
});

test("a record that neither has, and one that differs, are losses", async () => {
  const altered = [...logOf(1, 2), record(4, { body: "{}" }), ...logOf(5)];
  assert.equal(await found(altered, copyOf(1, 2, 4, 5)), {
    findings: [
      "missing: Neither the log nor the vault has 1 record (3).",
      "differs: The log and the vault do not have the same at 1 record (4).",
    ],
    verdict: "Records are missing or altered. Keep both streams as they are.",
  });
  for (const changes of [{ subject: "hd.req.bob.prod.web1" }, { headers: new Map([["hd-signature", ["x"]]]) }]) {
    assert.is((await found([record(1, changes)], copyOf(1))).findings.length, 1);
  }
});

test("the log was created anew, with as many records or fewer", async () => {
  const verdict = "Nothing is missing in the vault.";
  const findings = ["log_replaced: The log was created anew; 4 records of the log before it are in the vault only."];
  assert.equal(await found(logOf(1, 2), copyOf(1, 2, 3, 4, 1, 2)), { findings, verdict });
  const [before, now] = [copyOf(1, 2, 3, 4), copyOf(5, 6)];
  const named = [
    ...before.map((one) => ({ ...one, origin: "old" })),
    ...now.map((one) => ({ ...one, seq: one.seq + 4, origin: "new" })),
  ];
  assert.equal((await found(logOf(5, 6), named)).findings.at(-1), findings[0]);
});

test("what a log created anew has before the vault has noticed differs", async () => {
  const anew = [record(1, { body: "other" }), record(2, { body: "other" })];
  assert.equal((await found(anew, copyOf(1, 2, 3, 4))).findings, [
    "differs: The log and the vault do not have the same at 2 records (1-2).",
    "log_lost: The log lacks 2 records (3-4) that the vault has.",
  ]);
});

test("a log full of holes is told in a bounded text", async () => {
  const holes = to(200).filter((seq) => seq % 2 === 0);
  const { findings } = rightOf(await check(logOf(...holes), copyOf(...to(200))));
  assert.is(findings[0]?.count, 100);
  assert.is(findings[0]?.ranges.length, 20);
  assert.match(findings[0]?.message ?? "", /1, 3, 5, .*, 39, and 80 more/);
});

test("without a vault there is nothing to compare, and the command for one is named", async () => {
  assert.match(failureOf(await check(logOf(1), undefined)).message, "hd streams apply --vault");
});

test.run();
