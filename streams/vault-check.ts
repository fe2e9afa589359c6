/**
 * Whether the vault has all that the log has, and the log all that the vault has. A record that the log lost and the vault
 * has is a finding too: nothing is gone, but the log is no longer the whole history, and somebody made it so.
 */

import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../lib/contract/failure.ts";
import { logStream, vaultStream } from "../lib/contract/log-names.ts";
import type { Extent, RecordReader } from "../lib/router/records.ts";
import type { Checked, Finding } from "./finding.ts";
import { pause } from "./pause.ts";
import { plural } from "./plural.ts";
import { type SequenceRanges, shownRanges } from "./sequence-ranges.ts";
import { type Comparison, compareWithVault } from "./vault-comparison.ts";

export interface VaultCheckOptions {
  /** How long the vault may take to have what the log has now. It follows within milliseconds, or does not. */
  readonly patienceMs: number;
}

const lookAgainMs = 50;

const nothing: Extent = { records: 0, first: 0, last: 0 };

const noVault = failure(
  "unaudited",
  `There is no vault (stream ${vaultStream}) for this key. Make it with \`hd streams apply --vault\`.`,
);

type Extents = Either<Failure, { readonly log: Extent | undefined; readonly vault: Extent }>;

/** The last sequence of the log that the vault has. */
const reachedBy = async (vault: RecordReader, { last }: Extent): Promise<Either<Failure, number>> => {
  if (last === 0) return right(0);
  const page = await vault.page(last)();
  return isLeft(page) ? page : right(page.right[0]?.originSeq ?? 0);
};

/** The vault as soon as it has what the log has at the beginning, or when it had its time for that. */
const vaultExtent = async (vault: RecordReader, upTo: number, endMs: number): Promise<Either<Failure, Extent>> => {
  for (;;) {
    const extent = await vault.extent()();
    if (isLeft(extent)) return extent;
    if (extent.right === undefined) return left(noVault);
    const reached = await reachedBy(vault, extent.right);
    if (isLeft(reached)) return reached;
    if (reached.right >= upTo || performance.now() >= endMs) return right(extent.right);
    await pause(lookAgainMs);
  }
};

/** The log last, so that it has at least what the vault has. */
const extents = async (log: RecordReader, vault: RecordReader, endMs: number, upTo: number): Promise<Extents> => {
  const copy = await vaultExtent(vault, upTo, endMs);
  if (isLeft(copy)) return copy;
  const now = await log.extent()();
  return isLeft(now) ? now : right({ log: now.right, vault: copy.right });
};

const finding = (code: string, isLoss: boolean, of: SequenceRanges, text: (what: string) => string): Finding[] =>
  of.count === 0 ? [] : [{ ...of, code, isLoss, message: text(`${plural(of.count)} (${shownRanges(of)})`) }];

const whole = (count: number): SequenceRanges => ({ count, ranges: [], uncounted: count });

const findingsOf = (compared: Comparison): readonly Finding[] => {
  const { earlier, differs, onlyVault, onlyLog, neither, behind } = compared;
  const before = `The log was created anew; ${plural(earlier)} of the log before it ${earlier === 1 ? "is" : "are"} in the vault only.`;
  return [
    ...finding("missing", true, neither, (what) => `Neither the log nor the vault has ${what}.`),
    ...finding("differs", true, differs, (what) => `The log and the vault do not have the same at ${what}.`),
    ...finding("vault_lost", false, onlyLog, (what) => `The vault lacks ${what} that the log has.`),
    ...finding("vault_behind", false, behind, (what) => `The vault does not follow: it lacks the newest ${what}.`),
    ...finding("log_lost", false, onlyVault, (what) => `The log lacks ${what} that the vault has.`),
    ...finding("log_replaced", false, whole(earlier), () => before),
  ];
};

const holds = (name: string, { records, first, last }: Extent): string =>
  records === 0 ? `${name} holds no records` : `${name} holds ${plural(records)}, ${first} to ${last}`;

const verdictOf = (findings: readonly Finding[]): string => {
  if (findings.length === 0) return "The vault has every record of the log, byte for byte.";
  if (findings.some(({ isLoss }) => isLoss)) return "Records are missing or altered. Keep both streams as they are.";
  const isVaultWhole = findings.every(({ code }) => code.startsWith("log_"));
  return isVaultWhole ? "Nothing is missing in the vault." : "Every record is in the log or in the vault.";
};

const checkedOf = (log: Extent | undefined, vault: Extent, compared: Comparison): Checked => {
  const findings = findingsOf(compared);
  return {
    check: "vault",
    facts: [
      log === undefined ? `${logStream} does not exist` : holds(logStream, log),
      holds(vaultStream, vault),
      `${plural(compared.same)} the same in both; the vault is ${compared.behind.count} behind`,
    ],
    findings,
    verdict: verdictOf(findings),
  };
};

export const checkVault =
  (log: RecordReader, vault: RecordReader, { patienceMs }: VaultCheckOptions): TaskEither<Failure, Checked> =>
  async () => {
    const endMs = performance.now() + patienceMs;
    const begun = await log.extent()();
    if (isLeft(begun)) return begun;
    const dueLast = begun.right?.last ?? 0;
    const found = await extents(log, vault, endMs, dueLast);
    if (isLeft(found)) return found;
    const sides = { log, vault, logExtent: found.right.log ?? nothing, vaultExtent: found.right.vault, dueLast };
    const compared = await compareWithVault(sides);
    if (isLeft(compared)) return compared;
    return right(checkedOf(found.right.log, found.right.vault, compared.right));
  };
