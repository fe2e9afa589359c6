/** What can be wrong with a log, as sentences: how many, and at which sequences. Losses first. */
import type { Kind } from "./gather.ts";

const are = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const kind = (code: string, isLoss: boolean, message: Kind["message"]): Kind => ({ code, isLoss, message });

export const beginning = kind(
  "beginning",
  true,
  (count, where) => `The log does not begin at 1: ${are(count, "record", "records")} (${where}) before it are gone.`,
);
export const gap = kind(
  "gap",
  true,
  (count, where) => `The log has holes: it lacks ${are(count, "record", "records")} (${where}).`,
);
export const badSignature = kind(
  "bad_signature",
  true,
  (count, where) =>
    `${are(count, "record has a signature that is", "records have signatures that are")} not good (${where}).`,
);
export const falseProof = kind(
  "false_proof",
  true,
  (count, where) =>
    `${are(count, "answer says that its request was signed, and it", "answers say that their requests were signed, and they")} ${count === 1 ? "is" : "are"} not (${where}).`,
);
export const unasked = kind(
  "unasked",
  true,
  (count, where) =>
    `${are(count, "answer is to no request of the log", "answers are to no request of the log")} (${where}).`,
);
export const doubled = kind(
  "doubled",
  false,
  (count, where) => `${are(count, "record tells", "records tell")} again what was told once and for all (${where}).`,
);
export const misordered = kind(
  "misordered",
  false,
  (count, where) => `${are(count, "record does", "records do")} not fit those before it (${where}).`,
);
export const unsigned = kind(
  "unsigned",
  false,
  (count, where) => `${are(count, "record is", "records are")} not signed, of hosts that sign theirs (${where}).`,
);
export const unknownKey = kind(
  "unknown_key",
  false,
  (count, where) =>
    `${are(count, "record was", "records were")} signed with a key that is not among the trusted ones of that name (${where}). After a rotation, keep the old key in a list for this.`,
);
export const unreadable = kind(
  "unreadable",
  false,
  (count, where) => `${are(count, "record is", "records are")} not hd's or cannot be read (${where}).`,
);
export const unended = kind(
  "unended",
  false,
  (count, where) => `${are(count, "request was", "requests were")} accepted and never ended (${where}).`,
);
export const ignored = kind(
  "unanswered",
  false,
  (count, where) => `${are(count, "request has", "requests have")} expired without an answer (${where}).`,
);
export const contradiction = kind(
  "contradiction",
  false,
  (count, where) =>
    `${are(count, "host says", "hosts say")} now what the log does not (last told at ${where}), probably because of a change by hand.`,
);

export const kinds: readonly Kind[] = [
  ...[beginning, gap, badSignature, falseProof, unasked],
  ...[doubled, misordered, unsigned, unknownKey, unreadable, unended, ignored, contradiction],
];
