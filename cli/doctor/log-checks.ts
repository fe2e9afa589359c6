/** The checks of the log and of the hosts' places in it. Each is a plain function of what was found out. */
import { hostOfDurable, serviceDurables } from "../../lib/contract/log-names.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { FoundPlace, Server } from "../../lib/router/inspection.ts";
import type { FoundStream } from "../../lib/router/provisioner.ts";
import { auditStream } from "../../streams/audit.ts";
import { builderConsumer } from "../../streams/builder-consumer.ts";
import { compare } from "../../streams/compare.ts";
import { placeDifferences } from "../../streams/host-consumer.ts";
import { roomOf } from "../../streams/room.ts";
import { byText } from "../print/by-text.ts";
import { names } from "../print/names.ts";
import { growthText, moreRoom, shareText } from "../print/room-text.ts";
import { type Finding, fail, ok, skipped, warn } from "./finding.ts";

const mib = 1024 ** 2;

/** How many copies and how much room is the fleet's to choose; that there is a bound is not. */
export const design = ({ settings, usedBytes }: FoundStream): Finding => {
  const { replicas, maxBytes, name } = settings;
  const wanted = auditStream({ replicas: replicas === 3 ? 3 : 1, maxBytes: maxBytes > 0 ? maxBytes : 1024 * mib });
  const differences = compare(wanted, settings, usedBytes);
  if (differences.length === 0) return ok("log", `the stream ${name} is as designed`);
  const told = differences.map(({ setting, want, have }) => `${setting} is ${have} instead of ${want}`).join("; ");
  const remedy = differences.every(({ fixable }) => fixable)
    ? "Correct it with `hd streams apply --update`."
    : "No edit can change all of this: keep the stream's records, and have it made anew with `hd streams apply`.";
  return fail("log", `the stream ${name} is not as designed: ${told}`, remedy);
};

export const room = (found: FoundStream, nowMs: number): Finding => {
  const about = roomOf(found, nowMs);
  const text = [shareText(about), growthText(about)].filter((clause) => clause !== undefined).join("; ");
  if (about.maxBytes === undefined) return warn("room", text, "Set a bound with `hd streams apply --max-bytes`.");
  if (about.state === "full") return fail("room", `${text}: the log is full`, moreRoom);
  return about.state === "nearly full" ? warn("room", text, moreRoom) : ok("room", text);
};

export const copies = ({ settings: { replicas } }: FoundStream, { clustered }: Server): Finding => {
  if (replicas > 1) return ok("copies", `${replicas}, on as many servers`);
  return clustered
    ? warn("copies", "one, on one server of a cluster", "Keep three: `hd streams apply --replicas 3 --update`.")
    : ok("copies", "one; its server must have sync_interval: always, which cannot be seen from here");
};

interface Host extends FoundPlace {
  readonly hostname: HostName;
}

/** Whoever asks about some hosts is told of no others. */
const hostsOf = (places: readonly FoundPlace[], expected: readonly HostName[]): readonly Host[] =>
  places
    .flatMap((place) => {
      const hostname = hostOfDurable(place.settings.name);
      const isMeant = hostname !== undefined && (expected.length === 0 || expected.includes(hostname));
      return isMeant ? [{ ...place, hostname }] : [];
    })
    .sort((a, b) => byText(a.hostname, b.hostname));

const listed = (hosts: readonly Pick<Host, "hostname">[]): string => names(hosts.map(({ hostname }) => hostname));

/** A clause each, as many as anyone reads. */
const firstOf = (clauses: readonly string[], most = 5): string =>
  [...clauses.slice(0, most), ...(clauses.length > most ? [`and ${clauses.length - most} more`] : [])].join("; ");

/** More wait for no rollout: judged is something, or it is too slow. */
const manyUnjudged = 1_000;

/** Nothing where the log keeps no place for alerters: nobody has to have any. */
export const alerter = (found: readonly FoundPlace[]): readonly Finding[] => {
  const place = found.find(({ settings }) => settings.name === serviceDurables.alerter);
  if (place === undefined) return [];
  const { present, pending } = place;
  const waiting = `records that nobody has judged yet: ${pending}`;
  if (!present) return [warn("alerter", `away; ${waiting}`, "Start `hd alerter`: until then nobody is told anything.")];
  return [
    pending < manyUnjudged
      ? ok("alerter", `present; ${waiting}`)
      : warn("alerter", `present; ${waiting}`, "Look into its log: it does not get on, or not fast enough."),
  ];
};

/** A place that hands over several requests would have a builder take one that it has not ended for one that it has. */
export const builder = (found: readonly FoundPlace[]): readonly Finding[] => {
  const place = found.find(({ settings }) => settings.name === serviceDurables.builder);
  if (place === undefined) return [];
  const wrong = compare(builderConsumer, place.settings).map(
    ({ setting, want, have }) => `${setting} is ${have} instead of ${want}`,
  );
  if (wrong.length > 0)
    return [fail("builder", firstOf(wrong), "Correct its place with `hd streams apply --builder --update`.")];
  const waiting = `requests that are not ended yet: ${place.pending}`;
  return [
    place.present
      ? ok("builder", `present; ${waiting}`)
      : warn("builder", `away; ${waiting}`, "Start `hd builder`: until then nothing is built."),
  ];
};

/** `expected`: hosts that have to be there; none: those there are. */
export const places = (found: readonly FoundPlace[], expected: readonly HostName[]): Finding => {
  const hosts = hostsOf(found, expected);
  const missing = expected.filter((name) => hosts.every(({ hostname }) => hostname !== name));
  const make = "Make one with `hd streams apply --host <tier>/<name>`.";
  if (missing.length > 0) return fail("places", `the log has no place for ${names(missing)}`, make);
  if (hosts.length === 0) return warn("places", "the log has no place for any host", make);
  const wrong = hosts.flatMap(({ hostname, settings }) =>
    placeDifferences(hostname, [])(settings).map((clause) => `${hostname}: ${clause}`),
  );
  return wrong.length === 0
    ? ok("places", `${hosts.length} ${hosts.length === 1 ? "host has one" : "hosts have one each"}, as designed`)
    : fail("places", firstOf(wrong), "Correct them with `hd streams apply --host <tier>/<name> --update`.");
};

export const presence = (found: readonly FoundPlace[], expected: readonly HostName[]): Finding => {
  const hosts = hostsOf(found, expected);
  if (hosts.length === 0 && expected.length > 0) return skipped("hosts", "no place");
  const away = hosts.filter(({ present }) => !present);
  if (away.length === 0) return ok("hosts", hosts.length === 0 ? "none yet" : `present: ${listed(hosts)}`);
  const waiting = away.reduce((sum, { pending }) => sum + pending, 0);
  const text = `away: ${listed(away)}${waiting > 0 ? `; requests that wait there: ${waiting}` : ""}`;
  const remedy = "Start `hd listener` there; what is asked of them waits in the log.";
  return expected.length > 0 ? fail("hosts", text, remedy) : warn("hosts", text, remedy);
};
