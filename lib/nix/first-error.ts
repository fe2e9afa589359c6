/**
 * The one line of Nix's output that tells a person why it failed. Never the last line, which is a hint or a summary, and
 * never the source of a failure code: Nix says the same words for different causes.
 */
import { stripVTControlCharacters } from "node:util";
import { plain } from "../contract/plain.ts";

const maxLength = 500;

/** The first of these is the cause; what follows it is built from it. */
const failedBuild = /^error: (?:builder for|Cannot build) '(?:\/nix\/store\/[0-9a-z]{32}-)?(.+?)(?:\.drv)?'/;
const causedByAnother = /^Reason: \d+ dependenc|^error: \d+ dependenc/;
const reason = /^(?:error: builder for .* |Reason: builder )(failed .*?)[;.]?$/;
const logLine = /^> ?(.*)$/;
/** What stands between an error and its end, or has nothing to say. */
const hint = /^(?:…|at |\(|For full logs|nix log |Output paths:|Did you mean|\d*\|)/;

const linesOf = (output: string): readonly string[] =>
  stripVTControlCharacters(output)
    .split(/\r\n|[\r\n]/)
    .map((line) => line.trim());

/** The lines that belong to the error at `start`: up to the next error. */
const block = (lines: readonly string[], start: number): readonly string[] => {
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith("error:"));
  return lines.slice(start, length < 0 ? undefined : start + 1 + length);
};

/** A build log's own word of an error, or the last it said. */
const tellingLogLine = (lines: readonly string[]): string | undefined => {
  const logged = lines.map((line) => logLine.exec(line)?.[1]?.trim() ?? "").filter((line) => line !== "");
  return logged.find((line) => /error/i.test(line)) ?? logged.at(-1);
};

const buildFailure = (lines: readonly string[]): string | undefined => {
  for (const [index, line] of lines.entries()) {
    const name = failedBuild.exec(line)?.[1];
    if (name === undefined) continue;
    const own = block(lines, index);
    if (own.some((each) => causedByAnother.test(each))) continue;
    const how = own.map((each) => reason.exec(each)?.[1]).find((each) => each !== undefined) ?? "failed";
    const said = tellingLogLine(own);
    return `building ${name} ${how}${said === undefined ? "" : `: ${said}`}`;
  }
  return undefined;
};

/** An error whose text begins on the next line, or goes on there after a colon, as failed assertions do. */
const whole = (lines: readonly string[]): string => {
  const [first = "", ...rest] = lines;
  const text = first.replace(/^error:\s*/, "");
  if (text !== "" && !text.endsWith(":")) return text;
  const end = rest.findIndex((line) => line === "" || hint.test(line));
  return [text, ...rest.slice(0, end < 0 ? undefined : end)].join(" ").trim();
};

const lastError = (lines: readonly string[]): string | undefined =>
  lines
    .flatMap((line, index) => (line.startsWith("error:") && !causedByAnother.test(line) ? [index] : []))
    .map((index) => whole(block(lines, index)))
    .findLast((text) => text !== "");

/** `undefined` when the output names no error. */
export const firstError = (output: string): string | undefined => {
  const lines = linesOf(output);
  const found = (buildFailure(lines) ?? lastError(lines))?.replace(/(?<=.)\.$/, "");
  return found === undefined ? undefined : plain(found, maxLength);
};
