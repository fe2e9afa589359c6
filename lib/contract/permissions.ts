/**
 * What each identity may publish and subscribe to on NATS: allow lists, derived from names and the addresses a host serves.
 * They are what makes a subject an authority, so nothing is allowed that no part of hd uses.
 */
import { type Address, asksOf, longestTarget, tierOf } from "./address.ts";
import { ackSubject, asideSubject, rulesSubject, silenceSubject } from "./alert-subjects.ts";
import { buildRequestsOf, buildResponsesOf } from "./build-address.ts";
import {
  alertStream,
  hostDurable,
  inboxPrefix,
  jetStreamApi,
  logApi,
  logStream,
  presenceStream,
  presenceSubject,
  serviceDurables,
  vaultStream,
} from "./log-names.ts";
import { type HostName, type Requester, type Tier, unnamed } from "./names.ts";

export interface Permissions {
  /**
   * `stream`: the account that owns the streams. `clients`: the one that reaches them through the log's API only. `vault`:
   * the one that keeps a copy.
   */
  readonly account: "stream" | "clients" | "vault";
  readonly publish: readonly string[];
  /** What of it is denied all the same. */
  readonly denyPublish?: readonly string[];
  readonly subscribe: readonly string[];
}

export type Identity =
  | { readonly kind: "host"; readonly hostname: HostName; readonly addresses: readonly Address[] }
  | {
      readonly kind: "deployer";
      readonly requester: Requester;
      readonly tiers: readonly Tier[];
      /** Whether it may deploy in spite of a freeze; what has no name never may. */
      readonly overridesFreeze?: boolean;
    }
  | {
      readonly kind: "auditor" | "alerter" | "builder" | "provisioner" | "keeper";
      readonly requester: Requester;
    };

const discovery = "deploy.discover";
const responses = "deploy.responses.*";

/** The server's answer to who it takes a client for. */
const whoAmI = "$SYS.REQ.USER.INFO";

const inbox = (name: HostName | Requester): string => `${inboxPrefix(name)}.>`;

/** A durable consumer that somebody takes records from and settles. */
const taking = (stream: string, durable: string): readonly string[] => [
  `${logApi}.CONSUMER.INFO.${stream}.${durable}`,
  `${logApi}.CONSUMER.MSG.NEXT.${stream}.${durable}`,
  `$JS.ACK.${stream}.${durable}.>`,
];

/** Of a stream: how it is, and its records. */
const readingOf = (stream: string): readonly string[] => [
  `${logApi}.STREAM.INFO.${stream}`,
  `${logApi}.DIRECT.GET.${stream}`,
  `${logApi}.DIRECT.GET.${stream}.>`,
];

const reading = [
  ...[logStream, presenceStream, alertStream].flatMap(readingOf),
  `${logApi}.CONSUMER.LIST.${logStream}`,
];

/** A host reads its own records one subject at a time, to find its newest; the rest of the log is not its business. */
const host = (hostname: HostName, addresses: readonly Address[]): Permissions => {
  const records = [...new Set(addresses.map(tierOf))].map((tier) => `hd.res.${tier}.${hostname}.*`);
  return {
    account: "clients",
    publish: [
      ...records,
      responses,
      ...records.map((subject) => `${logApi}.DIRECT.GET.${logStream}.${subject}`),
      ...taking(logStream, hostDurable(hostname)),
      presenceSubject(hostname),
      whoAmI,
    ],
    subscribe: [discovery, inbox(hostname)],
  };
};

/** Deployments in spite of a freeze, one subject for each length of an address: a wildcard for many tokens ends a subject. */
const overridesOf = (requester: Requester): readonly string[] =>
  Array.from({ length: longestTarget }, (_, n) => `hd.req.${requester}.*${".*".repeat(n + 1)}.override`);

/** To an alert, in one's own name. */
const answering = (requester: Requester): readonly string[] => [silenceSubject(requester), ackSubject(requester)];

/** The name `unnamed` is that of every client that publishes on plain addresses, which the account maps to it. */
const deployer = (requester: Requester, tiers: readonly Tier[], overridesFreeze: boolean): Permissions => ({
  account: "clients",
  publish: [
    ...tiers.map((tier) => `hd.req.${requester}.${tier}.>`),
    buildRequestsOf(requester),
    ...(requester === unnamed ? [] : [asksOf(requester), ...answering(requester)]),
    discovery,
    ...reading,
    whoAmI,
  ],
  ...(overridesFreeze && requester !== unnamed ? {} : { denyPublish: overridesOf(requester) }),
  subscribe: [responses, "hd.res.>", inbox(requester)],
});

const auditor = (requester: Requester): Permissions => ({
  account: "clients",
  publish: [...reading, whoAmI],
  subscribe: ["hd.res.>", inbox(requester)],
});

/** Takes what happened from the log and what it has to send from its own stream, in which it speaks for nobody else. */
const alerter = (requester: Requester): Permissions => ({
  account: "clients",
  publish: [
    ...taking(logStream, serviceDurables.alerter),
    ...taking(alertStream, "*"),
    ...["hd.alert.fired.*.*", "hd.alert.sent.*", asideSubject, rulesSubject],
    ...reading,
    whoAmI,
  ],
  subscribe: [inbox(requester)],
});

/**
 * `build` is no tier of hosts, so what a builder answers is no host's. As a host does, it reads its own newest records and
 * nothing else of the log. It asks for nothing: a timetable speaks in the name of a deployer.
 */
const builder = (requester: Requester): Permissions => ({
  account: "clients",
  publish: [
    buildResponsesOf(requester),
    responses,
    `${logApi}.DIRECT.GET.${logStream}.${buildResponsesOf(requester)}`,
    ...taking(logStream, serviceDurables.builder),
    whoAmI,
  ],
  subscribe: [inbox(requester)],
});

/**
 * Creates, compares and edits the log, the stream of alerts, the consumers of both and the bucket of presences, by their names: with a stream of its own making it could have the
 * server republish into the log. Of what it could delete there are only consumers, because a host may leave.
 */
const provisioner = (requester: Requester): Permissions => ({
  account: "stream",
  publish: [
    ...[logStream, presenceStream, alertStream].flatMap((stream) =>
      ["INFO", "CREATE", "UPDATE"].map((act) => `${jetStreamApi}.STREAM.${act}.${stream}`),
    ),
    ...[logStream, alertStream].flatMap((stream) => [
      `${jetStreamApi}.CONSUMER.LIST.${stream}`,
      ...["INFO", "DURABLE.CREATE", "DELETE"].map((act) => `${jetStreamApi}.CONSUMER.${act}.${stream}.*`),
    ]),
    whoAmI,
  ],
  subscribe: [inbox(requester)],
});

/** Makes the copy, and reads it. */
const keeper = (requester: Requester): Permissions => ({
  account: "vault",
  publish: [
    ...["STREAM.INFO", "STREAM.CREATE", "DIRECT.GET"].map((act) => `${jetStreamApi}.${act}.${vaultStream}`),
    whoAmI,
  ],
  subscribe: [inbox(requester)],
});

const ofKind = { auditor, alerter, builder, provisioner, keeper };

/** All that the identity may do, and nothing that no part of hd does in its name. */
export const permissionsOf = (identity: Identity): Permissions => {
  switch (identity.kind) {
    case "host":
      return host(identity.hostname, identity.addresses);
    case "deployer":
      return deployer(identity.requester, identity.tiers, identity.overridesFreeze ?? false);
    default:
      return ofKind[identity.kind](identity.requester);
  }
};
