/**
 * The subjects of the stream of alerts, made and taken apart. An alert's subject names its rule and what it is about, so
 * that the newest on it is what was told of that; who silences or acknowledges stands in the subject, as in a request's.
 */
import type { LogAge } from "./alert.ts";
import { read } from "./codec.ts";
import { Requester, RuleName, SinkName } from "./names.ts";

/** `key`: what the alert is about: see streams/alerts/fire.ts. In one token with it, which log that is of. */
export const firedSubject = (rule: RuleName, key: string, log: LogAge): string =>
  `hd.alert.fired.${rule}.${key}-${log}`;
export const sentSubject = (sink: SinkName): string => `hd.alert.sent.${sink}`;
export const asideSubject = "hd.alert.aside";
/** By which rules whoever is at work judges: all alerters share the work, so all need the same. */
export const rulesSubject = "hd.alert.rules";
export const silenceSubject = (requester: Requester): string => `hd.alert.silence.${requester}`;
export const ackSubject = (requester: Requester): string => `hd.alert.ack.${requester}`;

export const firedFilter = "hd.alert.fired.>";

export type AlertSubject =
  | { readonly kind: "fired"; readonly rule: RuleName; readonly key: string }
  | { readonly kind: "sent"; readonly sink: SinkName }
  | { readonly kind: "silence" | "ack"; readonly requester: Requester }
  | { readonly kind: "aside" }
  | { readonly kind: "rules" };

const named = (kind: string | undefined, name: string | undefined): AlertSubject | undefined => {
  const [sink, requester] = [read(SinkName, name), read(Requester, name)];
  if (kind === "sent") return sink && { kind, sink };
  return requester !== undefined && (kind === "silence" || kind === "ack") ? { kind, requester } : undefined;
};

const withoutLog = (key: string): string => key.replace(/-[0-9a-z]+$/, "");

/** `undefined`: it is none of these. */
export const parseAlertSubject = (subject: string): AlertSubject | undefined => {
  if (subject === asideSubject) return { kind: "aside" };
  if (subject === rulesSubject) return { kind: "rules" };
  const [hd, alert, kind, name, key, ...more] = subject.split(".");
  if (hd !== "hd" || alert !== "alert" || more.length > 0) return undefined;
  if (key === undefined) return named(kind, name);
  const rule = read(RuleName, name);
  return kind === "fired" && rule !== undefined && key !== "" ? { kind, rule, key: withoutLog(key) } : undefined;
};
