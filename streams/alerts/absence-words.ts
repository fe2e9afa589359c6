/** What people are told of something that is absent, and of its end: titles, and a sentence for each host. */
import { mostDetails, type Place } from "../../lib/contract/alert.ts";
import type { Absence, AbsenceCondition } from "../../lib/contract/alert-rules.ts";
import { plain } from "../../lib/contract/plain.ts";
import { instant } from "../../lib/contract/values.ts";
import { duration } from "../duration.ts";
import type { Draft } from "./fire.ts";
import type { Lack } from "./lacks.ts";

/** A host of an alert. */
export interface Lacking extends Pick<Draft["details"][number], "tier" | "host"> {
  readonly place: Place;
  /** `undefined`: it lacks nothing any more. */
  readonly lack: Lack | undefined;
  /** Since when, of what is over: when it was told. */
  readonly sinceMs: number;
}

interface Words {
  /** After a host, or several of them. */
  readonly firing: (span: string, isOne: boolean) => string;
  readonly resolved: (isOne: boolean) => string;
  /** Of one host. */
  readonly message: (lack: Lack | undefined) => string;
  readonly again: string;
}

const has = (isOne: boolean): string => (isOne ? "has" : "have");

const asked = (lack: Lack | undefined): string => {
  const { action, revision } = lack?.by?.event ?? {};
  return action === undefined || revision === undefined ? "a request" : `a request to ${action} to ${revision}`;
};

const words: Readonly<Record<Absence, Words>> = {
  unfinished: {
    firing: (span, isOne) => `${has(isOne)} not ended for ${span} what ${isOne ? "it" : "they"} accepted`,
    resolved: (isOne) => `${has(isOne)} ended what ${isOne ? "it" : "they"} had accepted`,
    message: (lack) => `it accepted ${asked(lack)}, and there is no end of it in the log`,
    again: "it has ended what it had accepted",
  },
  unseen: {
    firing: (span, isOne) => `${has(isOne)} not been heard of for ${span}`,
    resolved: (isOne) => `${isOne ? "is" : "are"} heard of again`,
    message: () => "nothing was heard of its listener; look with `hd hosts` who is there",
    again: "it is heard of again",
  },
  undeployed: {
    firing: (span, isOne) => `${has(isOne)} had no successful deployment for ${span}`,
    resolved: (isOne) => `${has(isOne)} been deployed`,
    message: (lack) =>
      lack?.by === undefined ? "no deployment ever succeeded on it" : "no deployment succeeded on it since",
    again: "a deployment has succeeded on it",
  },
  reboot: {
    firing: (span, isOne) => `${isOne ? "waits" : "wait"} for a reboot for ${span}`,
    resolved: (isOne) => `${isOne ? "waits" : "wait"} for no reboot any more`,
    message: (lack) => {
      const why = lack?.by?.event.reboot_needed?.join(", ");
      return why ? `what was deployed runs only after a reboot: ${why}` : "what was deployed runs only after a reboot";
    },
    again: "it waits for no reboot any more",
  },
};

const [titleLength, messageLength, shownPlaces] = [200, 500, 3];

const placesText = (hosts: readonly Lacking[]): string => {
  const [first, ...more] = hosts;
  if (first === undefined || more.length === 0) return first?.place ?? "";
  return `${hosts.length} hosts (${hosts
    .slice(0, shownPlaces)
    .map(({ place }) => place)
    .join(", ")}${more.length >= shownPlaces ? ", …" : ""})`;
};

/** Of one host as long as it has been so; of several as long as the rule asks for, which all have been. */
const spanOf = (hosts: readonly Lacking[], { afterMs }: AbsenceCondition, nowMs: number): string => {
  const [first, ...more] = hosts;
  if (more.length > 0 || first?.lack === undefined) return `more than ${duration(afterMs)}`;
  return duration(nowMs - first.lack.sinceMs);
};

const titleOf = (kind: Draft["kind"], when: AbsenceCondition, hosts: readonly Lacking[], nowMs: number): string => {
  const { firing, resolved } = words[when.kind];
  const isOne = hosts.length === 1;
  const said = kind === "firing" ? firing(spanOf(hosts, when, nowMs), isOne) : resolved(isOne);
  return plain(`${placesText(hosts)} ${said}`, titleLength);
};

const detailOf =
  (kind: Draft["kind"], { kind: absence }: AbsenceCondition) =>
  ({ tier, host, lack, sinceMs }: Lacking): Draft["details"][number] => {
    const { message, again } = words[absence];
    const { by } = kind === "firing" ? (lack ?? {}) : {};
    return {
      ...{ tier, host, since: instant(sinceMs) },
      message: plain(kind === "firing" ? message(lack) : again, messageLength),
      ...(by && { seq: by.seq, status: by.status }),
      ...(by?.event.commit && { commit: by.event.commit }),
    };
  };

/** The request, where it is about one of one host. */
const aboutOf = ({ kind }: AbsenceCondition, [first, ...more]: readonly Lacking[]): Draft["about"] => {
  const event = first?.lack?.by?.event;
  if (kind !== "unfinished" || more.length > 0 || event?.request_seq === undefined) return undefined;
  const { request_seq: seq, id, requester, action, revision } = event;
  return {
    seq,
    ...(id && { id }),
    ...(requester && { requester }),
    ...(action && { action }),
    ...(revision && { revision }),
  };
};

export interface Telling {
  readonly kind: Draft["kind"];
  readonly when: AbsenceCondition;
  readonly hosts: readonly Lacking[];
  readonly asOf: number;
  readonly nowMs: number;
}

export const draftOf = ({ kind, when, hosts, asOf, nowMs }: Telling): Draft => {
  const about = kind === "firing" ? aboutOf(when, hosts) : undefined;
  return {
    kind,
    title: titleOf(kind, when, hosts, nowMs),
    hosts: hosts.map(({ place }) => place),
    details: hosts.slice(0, mostDetails).map(detailOf(kind, when)),
    ...(about && { about }),
    as_of: asOf,
  };
};
