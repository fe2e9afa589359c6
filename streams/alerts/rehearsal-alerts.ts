/**
 * A stream of alerts in memory, for a rehearsal: with what its one reader has not read yet, and the newest on each subject, of
 * the newest subjects. So its size does not grow with what is rehearsed.
 */
import { right } from "fp-ts/lib/Either.js";
import { logAge } from "../../lib/contract/alert.ts";
import { asideSubject } from "../../lib/contract/alert-subjects.ts";
import type { Alerts, Entry, Stored } from "../../lib/router/ports.ts";

/** A rehearsal knows one log only. */
export const rehearsedAge = logAge(0);

/** More than can be open at once. */
const mostSubjects = 20_000;

export const rehearsalAlerts = (now: () => number): Alerts => {
  const newest = new Map<string, Stored>();
  let unread: readonly Stored[] = [];
  let seq = 0;

  const store = ({ subject, body, msgId }: Entry): number => {
    seq += 1;
    const record = { seq, subject, atMs: now(), msgId, signature: undefined, body };
    // Nobody reads these.
    if (subject === asideSubject) return seq;
    newest.delete(subject);
    newest.set(subject, record);
    unread = [...unread, record];
    for (const oldest of newest.keys()) if (newest.size > mostSubjects) newest.delete(oldest);
    return seq;
  };

  return {
    append: (entry) => async () =>
      right(
        entry.after !== undefined && entry.after !== (newest.get(entry.subject)?.seq ?? 0) ? undefined : store(entry),
      ),
    last: (subject) => async () => right(newest.get(subject)),
    next: (from) => async () => right(unread.find((one) => one.seq >= from)),
    range: (from, _filter, limit) => async () => {
      unread = unread.filter((one) => one.seq >= from);
      return right(unread.slice(0, limit));
    },
    end: () => async () => right(seq),
  };
};
