/**
 * What stands below a page of the history for a person: how to see the next one, or how far back was looked for rows that no
 * subject tells, and how to go on.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { LogReader } from "../../lib/router/ports.ts";
import type { HistoryPage } from "../../streams/history.ts";
import { timestamp } from "../print/age.ts";

/** When the log stored what stands there; the page is told without it, too. */
const momentOf = async (log: Pick<LogReader, "next">, seq: number): Promise<string> => {
  const stored = await log.next(seq, ">")();
  return isLeft(stored) || stored.right === undefined ? "" : `, ${timestamp(stored.right.atMs)}`;
};

/** `undefined`: there is no more. */
export const pageNote = async (
  log: Pick<LogReader, "next">,
  { nextBefore, complete }: HistoryPage,
): Promise<string | undefined> => {
  if (nextBefore === undefined) return undefined;
  if (complete) return `there may be more: go on with --before ${nextBefore}`;
  const reached = `${nextBefore} in the log${await momentOf(log, nextBefore)}`;
  return `Looked back to ${reached}. Go on from there with --before ${nextBefore}, or through the whole log with --scan.`;
};
