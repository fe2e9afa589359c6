/**
 * What each identity may publish and subscribe to on NATS: allow lists, derived from names and the addresses a host serves.
 * They are what makes a subject an authority, so nothing is allowed that no part of hd uses.
 */
import { type Address, tierOf } from "./address.ts";
import { hostDurable, inboxPrefix, jetStreamApi, logApi, logStream } from "./log-names.ts";
import type { HostName, Requester, Tier } from "./names.ts";

export interface Permissions {
  /** `stream`: the account that owns the streams. `clients`: the account that reaches them through the log's API only. */
  readonly account: "stream" | "clients";
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

export type Identity =
  | { readonly kind: "host"; readonly hostname: HostName; readonly addresses: readonly Address[] }
  | { readonly kind: "deployer"; readonly requester: Requester; readonly tiers: readonly Tier[] }
  | { readonly kind: "auditor"; readonly requester: Requester }
  | { readonly kind: "provisioner"; readonly requester: Requester };

const discovery = "deploy.discover";
const responses = "deploy.responses.*";

const inbox = (name: HostName | Requester): string => `${inboxPrefix(name)}.>`;

const reading = [
  `${logApi}.STREAM.INFO.${logStream}`,
  `${logApi}.DIRECT.GET.${logStream}`,
  `${logApi}.DIRECT.GET.${logStream}.>`,
  `${logApi}.CONSUMER.LIST.${logStream}`,
];

/** A host reads its own records one subject at a time, to find its newest; the rest of the log is not its business. */
const host = (hostname: HostName, addresses: readonly Address[]): Permissions => {
  const records = [...new Set(addresses.map(tierOf))].map((tier) => `hd.res.${tier}.${hostname}.*`);
  const durable = hostDurable(hostname);
  return {
    account: "clients",
    publish: [
      ...records,
      responses,
      ...records.map((subject) => `${logApi}.DIRECT.GET.${logStream}.${subject}`),
      `${logApi}.CONSUMER.INFO.${logStream}.${durable}`,
      `${logApi}.CONSUMER.MSG.NEXT.${logStream}.${durable}`,
      `$JS.ACK.${logStream}.${durable}.>`,
    ],
    subscribe: [discovery, inbox(hostname)],
  };
};

const deployer = (requester: Requester, tiers: readonly Tier[]): Permissions => ({
  account: "clients",
  publish: [...tiers.map((tier) => `hd.req.${requester}.${tier}.>`), discovery, ...reading],
  subscribe: [responses, "hd.res.>", inbox(requester)],
});

const auditor = (requester: Requester): Permissions => ({
  account: "clients",
  publish: reading,
  subscribe: ["hd.res.>", inbox(requester)],
});

/** Creates, compares and edits; deleting and purging are left out, because hd never does either. */
const provisioner = (requester: Requester): Permissions => ({
  account: "stream",
  publish: [
    ...["INFO", "CREATE", "UPDATE"].map((act) => `${jetStreamApi}.STREAM.${act}.*`),
    ...["CONSUMER.LIST.*", "CONSUMER.INFO.*.*", "CONSUMER.CREATE.>", "CONSUMER.DURABLE.CREATE.*.*"].map(
      (act) => `${jetStreamApi}.${act}`,
    ),
  ],
  subscribe: [inbox(requester)],
});

/** All that the identity may do, and nothing that no part of hd does in its name. */
export const permissionsOf = (identity: Identity): Permissions => {
  switch (identity.kind) {
    case "host":
      return host(identity.hostname, identity.addresses);
    case "deployer":
      return deployer(identity.requester, identity.tiers);
    case "auditor":
      return auditor(identity.requester);
    case "provisioner":
      return provisioner(identity.requester);
  }
};
