/** What the checks came to: a line each, with the remedy below it, and how many of each at the end. */
import { plain } from "../../lib/contract/plain.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import { whole, writeList } from "../print/json.ts";
import { type Paint, paintFor } from "../print/paint.ts";
import { table } from "../print/table.ts";
import type { Finding } from "./finding.ts";

const longest = 2_000;

const painted = (paint: Paint, mark: Finding["mark"]): string => {
  const tones = { ok: paint.green, warn: paint.yellow, fail: paint.red, skipped: paint.dim };
  return tones[mark](mark === "skipped" ? "-" : mark);
};

const counted = (findings: readonly Finding[]): string => {
  const of = (mark: Finding["mark"]): number => findings.filter((one) => one.mark === mark).length;
  return `${findings.length} checks, ${of("fail")} failed, ${of("warn")} with a warning, ${of("skipped")} not made`;
};

export const printFindings = ({ stdout, env }: CliEnv, form: OutputForm, findings: readonly Finding[]): void => {
  if (form !== "table") {
    const items = findings.map((finding) => whole({ remedy: null, ...finding }));
    writeList(stdout, form, { kind: "Doctor", key: "checks", items });
    return;
  }
  const paint = paintFor(stdout, env);
  const rows = findings.flatMap(({ mark, check, text, remedy }) => [
    // What a server or a file said may be in it.
    [painted(paint, mark), check, plain(text, longest)],
    ...(remedy === undefined ? [] : [["", "", plain(remedy, longest)]]),
  ]);
  const width = stdout.isTTY ? stdout.size().columns : undefined;
  stdout.write(`${table(["", "CHECK", "FOUND"], rows, { paint, width })}\n${counted(findings)}\n`);
};
