/**
 * Runs the test files, each as a process of its own, one more at once than there are processors, because most of them wait:
 * `npm test -- [part of a path or regular expression]…`. The last line is `N passed, N failed` (and `, N skipped`), and only one failing thing makes it exit 1.
 * Variables: HD_TEST_TIMEOUT_S, the deadline of a file (120), and HD_TEST_ROOT, the folder to look in (this one).
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, constants, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type Report, runFile, type Surroundings } from "./runner/run-file.ts";
import { signal } from "./runner/survivors.ts";

const root = process.env["HD_TEST_ROOT"] ?? import.meta.dirname;
const timeoutMs = Number(process.env["HD_TEST_TIMEOUT_S"] ?? 120) * 1000;
const endedByUsMs = 5000;
const suffix = ".test.ts";

const nameOf = (path: string): string => relative(root, path).slice(0, -suffix.length);

const asRegExp = (filter: string): RegExp | undefined => {
  try {
    return new RegExp(filter);
  } catch {
    return undefined;
  }
};

const find = (filters: readonly string[]): string[] =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(suffix))
    .filter((path) => filters.length === 0 || filters.some((one) => path.includes(one) || asRegExp(one)?.test(path)))
    .sort()
    .map((path) => join(root, path));

const counts = ({ passed, failed, skipped }: Pick<Report, "passed" | "failed" | "skipped">): string =>
  [failed > 0 && `${failed} failed`, `${passed} passed`, skipped > 0 && `${skipped} skipped`]
    .filter(Boolean)
    .join(", ");

/** Indented, so that no line of a file is taken for the runner's own. */
const indent = (text: string): string => text.trim().replace(/^(?=.)/gm, "    ");

const print = (report: Report, width: number): void => {
  const mark = report.failed > 0 ? "✗" : "✓";
  const seconds = (report.elapsedMs / 1000).toFixed(1);
  console.log(`${mark} ${nameOf(report.path).padEnd(width)}  ${counts(report)}  ${seconds} s`);
  for (const line of [...report.faults, ...report.skips]) console.log(`  ${line}`);
  if (report.failed > 0) console.log(`\n${indent(report.output)}\n`);
};

/** Passes a signal on to the files that run, and ends them for good when they do not heed it. */
const forward = (name: "SIGINT" | "SIGTERM", sessions: ReadonlySet<number>, stop: () => void): void => {
  process.on(name, () => {
    stop();
    process.exitCode = 128 + constants.signals[name];
    for (const session of sessions) signal(-session, name);
    setTimeout(() => {
      for (const session of sessions) signal(-session, "SIGKILL");
    }, endedByUsMs).unref();
  });
};

const runAll = async (paths: readonly string[], scratch: string): Promise<Report[]> => {
  const around: Surroundings = { cwd: join(import.meta.dirname, ".."), scratch, timeoutMs, sessions: new Set() };
  const width = Math.max(...paths.map((path) => nameOf(path).length));
  const queue = [...paths];
  const reports: Report[] = [];
  const stop = () => queue.splice(0);
  forward("SIGINT", around.sessions, stop);
  forward("SIGTERM", around.sessions, stop);
  const worker = async (): Promise<void> => {
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      const report = await runFile(path, around);
      print(report, width);
      reports.push(report);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
  return reports;
};

const sum = (reports: readonly Report[], key: "passed" | "failed" | "skipped"): number =>
  reports.reduce((total, report) => total + report[key], 0);

const main = async (filters: readonly string[]): Promise<void> => {
  if (!(timeoutMs > 0)) throw new Error(`HD_TEST_TIMEOUT_S is a number of seconds above 0`);
  const paths = find(filters);
  if (paths.length === 0) throw new Error(`No test file under ${root} matches: ${filters.join(" ") || `*${suffix}`}`);
  const scratch = mkdtempSync(join(tmpdir(), "hd-tests-"));
  const reports = await runAll(paths, scratch).finally(() => rmSync(scratch, { recursive: true, force: true }));
  const skipped = sum(reports, "skipped");
  const unrun = paths.length - reports.length;
  console.log(unrun === 0 ? "" : `\nInterrupted: ${unrun} of ${paths.length} files were not run.`);
  const failed = sum(reports, "failed");
  console.log(`${sum(reports, "passed")} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  process.exitCode ??= failed > 0 ? 1 : 0;
};

await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
