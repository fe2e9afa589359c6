/**
 * What stands in the stream of alerts, as values. Total, like streams/records.ts: whoever silences or acknowledges comes from
 * the subject, and a record that is none of these, such as the server's advisories, is `other`.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { Ack, Alert, Aside, RulesInUse, Sent, Silence } from "../../lib/contract/alert.ts";
import { parseAlertSubject } from "../../lib/contract/alert-subjects.ts";
import type { Requester, SinkName } from "../../lib/contract/names.ts";
import type { Fields, Struct } from "../../lib/contract/struct.ts";
import type { Stored } from "../../lib/router/ports.ts";

interface Place {
  /** In the stream of alerts. */
  readonly seq: number;
  /** When it was stored, in milliseconds since the epoch. */
  readonly atMs: number;
}

export type FiredRecord = Place & { readonly kind: "fired"; readonly key: string; readonly alert: Alert };
export type SentRecord = Place & { readonly kind: "sent"; readonly sink: SinkName; readonly sent: Sent };
export type SilenceRecord = Place & {
  readonly kind: "silence";
  readonly requester: Requester;
  readonly silence: Silence;
};
export type AckRecord = Place & { readonly kind: "ack"; readonly requester: Requester; readonly ack: Ack };
export type AsideRecord = Place & { readonly kind: "aside"; readonly aside: Aside };
export type RulesRecord = Place & { readonly kind: "rules"; readonly inUse: RulesInUse };
export type OtherRecord = Place & { readonly kind: "other"; readonly subject: string };

export type AlertRecord =
  | FiredRecord
  | SentRecord
  | SilenceRecord
  | AckRecord
  | AsideRecord
  | RulesRecord
  | OtherRecord;

const decoded = <F extends Fields>(codec: Struct<F>, body: string) => {
  try {
    const value = codec.lenient(JSON.parse(body));
    return isLeft(value) ? undefined : value.right;
  } catch {
    return undefined;
  }
};

type Known = Exclude<ReturnType<typeof parseAlertSubject>, undefined>;

type Answer = Extract<Known, { readonly kind: "silence" | "ack" }>;

const answerOf = ({ kind, requester }: Answer, body: string) => {
  if (kind === "silence") {
    const silence = decoded(Silence, body);
    return silence && { kind, requester, silence };
  }
  const ack = decoded(Ack, body);
  return ack && { kind, requester, ack };
};

/** Without its place; `undefined`: the body does not fit. */
const contentOf = (subject: Known, body: string) => {
  if (subject.kind === "fired") {
    const alert = decoded(Alert, body);
    return alert?.rule === subject.rule ? { kind: subject.kind, key: subject.key, alert } : undefined;
  }
  if (subject.kind === "sent") {
    const sent = decoded(Sent, body);
    return sent && { ...subject, sent };
  }
  if (subject.kind === "rules") {
    const inUse = decoded(RulesInUse, body);
    return inUse && { kind: subject.kind, inUse };
  }
  if (subject.kind !== "aside") return answerOf(subject, body);
  const aside = decoded(Aside, body);
  return aside && { kind: subject.kind, aside };
};

export const readAlertRecord = ({ seq, atMs, subject, body }: Stored): AlertRecord => {
  const known = parseAlertSubject(subject);
  const value = known && contentOf(known, body);
  return value === undefined ? { kind: "other", seq, atMs, subject } : { ...value, seq, atMs };
};
