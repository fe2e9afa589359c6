/**
 * Puts a record of the log aside that is none of hd's: people see that it is there, and nobody takes it for one. Only the first
 * time it is handed over it can be written without a look, because message ids are forgotten within an hour.
 */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { Aside } from "../../lib/contract/alert.ts";
import { asideSubject } from "../../lib/contract/alert-subjects.ts";
import { plain } from "../../lib/contract/plain.ts";
import { messageLength } from "../../lib/contract/values.ts";
import { logCursor, readOn } from "../log-cursor.ts";
import type { UnreadableRecord } from "../records.ts";
import { readAlertRecord } from "./alert-record.ts";
import type { JudgeEnv, Verdict } from "./judge-env.ts";

const subjectLength = 1_000;

const isThere = async ({ alerts }: JudgeEnv, seq: number) => {
  let found = false;
  const cursor = logCursor(alerts, asideSubject, { from: 1, to: Number.POSITIVE_INFINITY });
  const read = await readOn(cursor, (stored) => {
    const record = readAlertRecord(stored);
    found ||= record.kind === "aside" && record.aside.seq === seq;
    return !found;
  });
  return isLeft(read) ? read : right(found);
};

export const putAside = async (
  env: JudgeEnv,
  { seq, subject, reason }: UnreadableRecord,
  isFirst: boolean,
): Promise<Verdict> => {
  const known = isFirst ? right(false) : await isThere(env, seq);
  if (isLeft(known)) return known;
  if (known.right) return right(0);
  const aside: Aside = { seq, subject: plain(subject, subjectLength), reason: plain(reason, messageLength) };
  const entry = { subject: asideSubject, body: JSON.stringify(aside), msgId: `aside:${seq}` };
  const appended = await env.alerts.append(entry)();
  if (isLeft(appended)) return appended;
  if (appended.right !== undefined) env.meter.putAside();
  return right(0);
};
