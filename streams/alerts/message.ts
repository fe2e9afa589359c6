/**
 * An alert as people read it. All that comes from others (a host's message, its output, a reason) goes through `oneLine`:
 * such text is one line, of bounded length, without control characters and without marks that reverse what is read.
 */
import { shortAddress } from "../../lib/contract/address.ts";
import type { Alert, Detail, Place } from "../../lib/contract/alert.ts";
import { placeOf } from "../../lib/contract/alert.ts";
import { plain } from "../../lib/contract/plain.ts";
import { scrub } from "../../lib/contract/scrub.ts";
import type { AlertMessage, HostLine } from "../../lib/router/alerting.ts";
import { duration } from "../duration.ts";

/** Told later than this, an alert says when it was written: who was told of it late must not look for it in the present. */
const lateMs = 10 * 60_000;

const [titleLength, lineLength] = [200, 500];
const shownCommit = 10;

export const oneLine = (text: string, maxLength = lineLength): string =>
  plain(
    scrub(text)
      .replace(/\p{Bidi_Control}/gu, "")
      .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
      .trim(),
    maxLength,
  );

/** Output keeps its indentation. */
const outputLine = (text: string): string =>
  plain(
    scrub(text)
      .replace(/\p{Bidi_Control}/gu, "")
      .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ")
      .trimEnd(),
    lineLength,
  );

const clock = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;

const marks = { critical: "Critical: ", warning: "Warning: ", info: "" } as const;

/** Never empty: what has no title is refused by some. */
const titleOf = ({ kind, severity, title, rule }: Alert): string => {
  const said = oneLine(title, titleLength);
  return oneLine(`${kind === "resolved" ? "Resolved: " : marks[severity]}${said === "" ? rule : said}`, titleLength);
};

const given = <A>(value: A | undefined, say: (value: A) => string): readonly string[] =>
  value === undefined ? [] : [say(value)];

/**
 * What is ten minutes old or less is of now. Of what is over, a record says since when it is well; where there is none, it was
 * missed until now.
 */
const sinceOf = ({ kind, at }: Alert, { since, status }: Detail): readonly string[] => {
  const sinceMs = since === undefined ? Number.NaN : Date.parse(since);
  const lastedMs = Date.parse(at) - sinceMs;
  if (!(lastedMs >= lateMs)) return [];
  const lasted = `since ${clock(sinceMs)}, for ${duration(lastedMs)}`;
  return [kind === "resolved" && status === undefined ? `it was so ${lasted}` : lasted];
};

const factsOf = (alert: Alert, one: Detail): readonly string[] => [
  ...given(one.error, (code) => (one.cause === undefined ? code : `${code} after ${one.cause}`)),
  ...given(one.phase, (phase) => `in ${phase}`),
  ...given(one.elapsed_ms, (ms) => `after ${duration(ms)}`),
  ...given(one.commit, (commit) => `commit ${commit.slice(0, shownCommit)}`),
  ...sinceOf(alert, one),
  ...given(one.recovered, () => "it has succeeded since"),
];

const hostLine =
  (alert: Alert) =>
  (one: Detail): HostLine => {
    const facts = factsOf(alert, one);
    const place = placeOf(one.tier, one.host);
    const said = oneLine(one.message);
    return {
      place,
      line: `${place}: ${said}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`,
      output: (one.log_tail ?? []).map(outputLine),
    };
  };

const asked = ({ about }: Alert): readonly string[] => {
  if (about === undefined) return [];
  const { requester, action, revision, address, reason } = about;
  const what = [
    ...given(action, String),
    ...given(revision, String),
    ...given(address, (to) => `on ${shortAddress(to)}`),
  ].join(" ");
  return [
    ...given(requester, (who) => `asked by ${who}${what === "" ? "" : `: ${what}`}`),
    ...given(reason, (why) => `why: ${oneLine(why)}`),
  ];
};

const lateLine = ({ at }: Alert, nowMs: number): string | undefined => {
  const atMs = Date.parse(at);
  return nowMs - atMs < lateMs ? undefined : `told late: this is from ${clock(atMs)}, ${duration(nowMs - atMs)} ago`;
};

const historyOf = (place: Place): string => `hd history --host ${place}`;

/** Of a request everything; without one the host's past; of what is about no host, the state of it all. */
const commandOf = ({ about, hosts }: Alert): string => {
  if (about?.id !== undefined) return `hd show ${about.id}`;
  const [first, ...more] = hosts;
  if (first === undefined) return "hd doctor";
  return more.length === 0 ? historyOf(first) : "hd alerts list";
};

export const messageOf = (alert: Alert, nowMs: number): AlertMessage => {
  const hosts = alert.details.map(hostLine(alert));
  return {
    title: titleOf(alert),
    lines: [...asked(alert), ...given(alert.acked_by, (who) => `taken on by ${who}`)],
    late: lateLine(alert, nowMs),
    hosts,
    others: Math.max(0, alert.hosts.length - hosts.length),
    command: commandOf(alert),
  };
};
