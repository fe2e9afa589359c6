/**
 * What stands in the stream of alerts: what people are told, what became of it at each sink, records of the log that were
 * put aside, and what people answered. An alert holds all that a message says, so that a sink needs nothing else.
 */
import { Address } from "./address.ts";
import { mostSinks, Severity } from "./alert-rules.ts";
import { choice, integer, list, prose, type Text, text, toggle } from "./codec.ts";
import { HostName, Requester, RuleName, SinkName, Tier } from "./names.ts";
import { type Decoded, defaulted, object, optional, required, struct } from "./struct.ts";
import {
  Action,
  Commit,
  ErrorCode,
  Instant,
  LogLine,
  Message,
  Millis,
  Phase,
  Reason,
  RequestId,
  Revision,
  Sequence,
  Status,
} from "./values.ts";

/** `prod/web1`: a host has one name in all tiers, and people read where it is. */
export type Place = Text<"Place">;
export const Place = text("Place", {
  pattern: /^[A-Za-z0-9_-]{1,63}\/[A-Za-z0-9_-]{1,63}$/,
  maxLength: 127,
  sentence: "a host with its tier, such as prod/web1",
});

export const placeOf = (tier: Tier, host: HostName): Place => `${tier}/${host}` as Place;

/** What `placeOf` was given; of an alert about no host, neither. */
export const partsOfPlace = (place: Place): { readonly tier: Tier; readonly host: HostName } => {
  const [tier = "", host = ""] = place.split("/");
  return { tier: tier as Tier, host: host as HostName };
};

/** Where an alert stands among those that are open, when it is about no host. */
export const nowhere = "" as Place;

/** How many hosts an alert tells the details of; the others it names. */
export const mostDetails = 50;

/** How many lines of a job's output an alert carries for each of the first hosts. */
export const alertTailLines = 10;

/** Which log it was, of those that had this name one after the other. */
export const LogAge = text("LogAge", {
  pattern: /^[0-9a-z]{1,16}$/,
  maxLength: 16,
  sentence: "when the log was made, in milliseconds, in base 36",
});
export type LogAge = Text<"LogAge">;

export const logAge = (madeMs: number): LogAge => Math.trunc(madeMs).toString(36) as LogAge;

/** One host, as an alert tells of it. */
export const Detail = struct("host of an alert", {
  tier: required(Tier, "its tier"),
  host: required(HostName, "the host"),
  seq: optional(Sequence, "the record of the log that it is about"),
  status: optional(Status, "how far the deployment was"),
  error: optional(ErrorCode, "why it failed or was rejected"),
  cause: optional(ErrorCode, "of a rollback: why"),
  phase: optional(Phase, "the phase in which it ended"),
  message: required(Message, "one sentence: what happened"),
  commit: optional(Commit, "what was deployed"),
  elapsed_ms: optional(Millis, "milliseconds since the request was accepted"),
  since: optional(Instant, "since when it is so"),
  recovered: optional(choice("Recovered", ["yes"]), "it has succeeded since"),
  log_tail: optional(list(LogLine, alertTailLines), "the last lines of the job's output"),
});
export type Detail = Decoded<typeof Detail.fields>;

/** The request that an alert is about. */
const About = struct("request of an alert", {
  seq: required(Sequence, "its sequence in the log"),
  id: optional(RequestId, "its id"),
  requester: optional(Requester, "who asked"),
  address: optional(Address, "of whom it was asked"),
  action: optional(Action, "what was asked for"),
  revision: optional(Revision, "what was to be deployed"),
  reason: optional(Reason, "why"),
});

export const Alert = struct("alert", {
  rule: required(RuleName, "the rule that it is by"),
  kind: required(choice("AlertKind", ["firing", "resolved"]), "whether it begins or ends"),
  severity: required(Severity, "how grave it is"),
  stands: defaulted(toggle("Stands"), false, "true where a recovery ends it; otherwise it tells of a moment"),
  title: required(prose("Title", 200), "what happened, in one line"),
  hosts: required(list(Place, 10_000), "the hosts that it is about"),
  details: required(list(object(Detail), mostDetails), "what happened on the first of them"),
  about: optional(object(About), "the request, where it is about one"),
  to: required(list(SinkName, mostSinks), "the sinks that tell it; none when it is silenced"),
  silenced_by: optional(Requester, "who silenced it"),
  acked_by: optional(Requester, "who has taken it on"),
  log: optional(LogAge, "the log whose records it tells of; one that was made anew counts from 1 again"),
  as_of: required(integer("AsOf", 0, Number.MAX_SAFE_INTEGER), "the last record of the log that it takes into account"),
  part: required(Sequence, "which alert it is of those with the same subject; the first is 1"),
  at: required(Instant, "when it was written"),
});
export type Alert = Decoded<typeof Alert.fields>;

/** What became of an alert at a sink, once for each try. */
export const Sent = struct("delivery of an alert", {
  alert: required(Sequence, "the alert's sequence in the stream of alerts"),
  outcome: required(choice("SentOutcome", ["sent", "failed", "refused"]), "failed is tried again, refused is not"),
  attempt: required(Sequence, "which try it was"),
  message: optional(Message, "why not, or what is odd about it"),
  perhaps: optional(choice("Perhaps", ["yes"]), "it failed, and may have come through all the same"),
  next_at: optional(Instant, "when it is tried again"),
  at: required(Instant, "when"),
});
export type Sent = Decoded<typeof Sent.fields>;

/** A record of the log that is none of hd's. */
export const Aside = struct("record put aside", {
  seq: required(Sequence, "its sequence in the log"),
  subject: required(prose("Subject", 1_000), "where it stands"),
  reason: required(Message, "why it cannot be read"),
});
export type Aside = Decoded<typeof Aside.fields>;

/** A short hash of rules and sinks: see streams/alerts/same-rules.ts. */
const RulesDigest = text("RulesDigest", {
  pattern: /^[0-9a-f]{16}$/,
  maxLength: 16,
  sentence: "16 hexadecimal digits",
});

/** By which rules an alerter judges, as it starts, every some minutes, and as it ends. */
export const RulesInUse = struct("rules of an alerter", {
  digest: required(RulesDigest, "a hash of the rules and the names of the sinks"),
  by: required(Requester, "the alerter's name"),
  version: required(prose("Version", 100), "of hd"),
  started: required(Instant, "since when it is at work"),
  ended: optional(choice("Ended", ["yes"]), "it is not at work any more"),
});
export type RulesInUse = Decoded<typeof RulesInUse.fields>;

/** Alerts that match are recorded and not sent. */
export const Silence = struct("silence", {
  rule: optional(RuleName, "of this rule; left out: of every rule"),
  host: optional(HostName, "about this host; left out: about any"),
  until: required(Instant, "when it ends; one that is over takes the silence back"),
  reason: required(Reason, "why"),
});
export type Silence = Decoded<typeof Silence.fields>;

/** Somebody has taken an open alert on: until it recovers, more of the same is recorded and not sent. */
export const Ack = struct("acknowledgement", {
  alert: required(Sequence, "the alert's sequence in the stream of alerts"),
  reason: optional(Reason, "a word to others"),
});
export type Ack = Decoded<typeof Ack.fields>;
