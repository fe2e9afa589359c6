/**
 * Asking the machine's systemd: whether there is one, and what it says of a unit. A systemd that does not answer is a
 * failure, never an inactive unit.
 */
import { existsSync } from "node:fs";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import { plain } from "../contract/plain.ts";
import type { UnitName } from "../contract/values.ts";
import { systemctlFailed, systemctlShow } from "./commands.ts";
import { type Ran, run } from "./process.ts";
import { listedUnits } from "./unit-names.ts";

/** PID 1 answers at once, or something is badly wrong. */
export const systemdMs = 30_000;

/** Booted with systemd; having its programs installed is not enough. */
export const hasSystemd = (): boolean => existsSync("/run/systemd/system");

export const mayStartUnits = (): boolean => hasSystemd() && process.getuid?.() === 0;

/** What a program of systemd's says about its own failing. */
export const complaint = ({ notStarted, timedOut, stderr, code, signal }: Ran): string => {
  if (notStarted !== null) return notStarted;
  if (timedOut) return "systemd did not answer";
  const said = plain(stderr.trim().replace(/\.$/, ""), 300);
  return said === "" ? `its program ended with ${signal ?? `exit code ${code}`}` : said;
};

/** A unit that is gone looks like one that ended well, so its being loaded counts first. Pure. */
const parseActive = (shown: string): boolean => {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(shown)?.[1] ?? "";
  return value("LoadState") !== "not-found" && !["", "inactive", "failed"].includes(value("ActiveState"));
};

/** Whether a unit runs, or is about to start or to end. */
export const isUnitActive = async (unit: string): Promise<Either<Failure, boolean>> => {
  const ran = await run(systemctlShow(unit), { timeoutMs: systemdMs });
  if (ran.code === 0) return right(parseActive(ran.stdout));
  return left(
    failure("internal", `Whether ${unit} runs cannot be told: ${complaint(ran)}. Look at the host, then try again.`),
  );
};

/** The units that are failed now; none where there is no systemd. */
export const failedUnits = async (isThere = hasSystemd()): Promise<Either<Failure, readonly UnitName[]>> => {
  if (!isThere) return right([]);
  const ran = await run(systemctlFailed, { timeoutMs: systemdMs });
  if (ran.code === 0) return right(listedUnits(ran.stdout));
  return left(
    failure("internal", `Which units failed cannot be told: ${complaint(ran)}. Look at the host, then try again.`),
  );
};
