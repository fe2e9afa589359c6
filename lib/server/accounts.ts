/**
 * The accounts of a server that keeps hd's log. One owns the streams; the other holds hosts and requesters, and reaches the
 * log through the few API subjects imported below; a third may keep a copy. They must stay apart. The server does not check
 * the reply subject of a request, so in the streams' own account `DIRECT.GET` with the reply `$JS.API.STREAM.DELETE.HD_AUDIT`
 * deletes the log, and with `hd.req.alice.prod.web1` it deploys in alice's name.
 */
import {
  alertStream,
  alertSubjects,
  jetStreamApi,
  logApi,
  logStream,
  logSubjects,
  presenceBucket,
  presenceStream,
  vaultDelivery,
} from "../contract/log-names.ts";
import { type Tier, unnamed } from "../contract/names.ts";
import type { Permissions } from "../contract/permissions.ts";
import type { Settings } from "./render.ts";

export interface ServerUser {
  /** A public NKey, `U…`. */
  readonly publicKey: string;
  /** `all`: everything in the streams' account. */
  readonly permissions: Permissions | "all";
}

/** To the server an empty list of what is allowed means that everything is. */
const only = (subjects: readonly string[], denied: readonly string[] = []): Settings => {
  if (subjects.length === 0) return { deny: [">"] };
  return denied.length === 0 ? { allow: subjects } : { allow: subjects, deny: denied };
};

const userSettings = ({ publicKey, permissions }: ServerUser): Settings => {
  if (permissions === "all") return { nkey: publicKey };
  const { publish, denyPublish = [], subscribe } = permissions;
  return { nkey: publicKey, permissions: { publish: only(publish, denyPublish), subscribe: only(subscribe) } };
};

export interface Shared {
  readonly subject: string;
  readonly local: string;
  /**
   * The request has several answers. The server does not see which is the last, so it remembers each such request for up to
   * twice this long, at about 1 kB: longer than any answer takes, and no longer, because readers ask thousands of times.
   */
  readonly streamFor?: string;
}

const whole = (subject: string): Shared => ({ subject, local: subject });

const api = (act: string): Shared => ({ subject: `${jetStreamApi}.${act}`, local: `${logApi}.${act}` });

/** @internal What the clients' account gets of the streams' account. */
export const shared: readonly Shared[] = [
  ...[...logSubjects, ...alertSubjects].map(whole),
  whole(`$JS.ACK.${logStream}.>`),
  api(`STREAM.INFO.${logStream}`),
  api(`CONSUMER.LIST.${logStream}`),
  api(`CONSUMER.INFO.${logStream}.*`),
  { ...api(`CONSUMER.MSG.NEXT.${logStream}.*`), streamFor: "1m" },
  { ...api(`DIRECT.GET.${logStream}`), streamFor: "10s" },
  api(`DIRECT.GET.${logStream}.>`),
  whole(`$JS.ACK.${alertStream}.>`),
  api(`STREAM.INFO.${alertStream}`),
  api(`CONSUMER.INFO.${alertStream}.*`),
  { ...api(`CONSUMER.MSG.NEXT.${alertStream}.*`), streamFor: "1m" },
  { ...api(`DIRECT.GET.${alertStream}`), streamFor: "10s" },
  api(`DIRECT.GET.${alertStream}.>`),
  whole(`$KV.${presenceBucket}.*`),
  api(`STREAM.INFO.${presenceStream}`),
  { ...api(`DIRECT.GET.${presenceStream}`), streamFor: "10s" },
  api(`DIRECT.GET.${presenceStream}.>`),
];

const exported = ({ subject, streamFor }: Shared): Settings => ({
  service: subject,
  accounts: ["CLIENTS"],
  ...(streamFor === undefined ? {} : { response_type: "stream", threshold: streamFor }),
});

const imported = ({ subject, local }: Shared): Settings => ({
  service: { account: "STREAMS", subject },
  ...(local === subject ? {} : { to: local }),
});

/**
 * What the vault takes of the streams' account: a consumer of the log, which the server makes for it, what that delivers, and
 * word of how much it may send, without which it stops after some megabytes.
 */
const sourcing = { create: `CONSUMER.CREATE.${logStream}`, flow: `$JS.FC.${logStream}.>` };

const vaultExports: readonly Settings[] = [
  { service: `${jetStreamApi}.${sourcing.create}`, accounts: ["VAULT"] },
  { stream: `${vaultDelivery.deliver}.>`, accounts: ["VAULT"] },
  { service: sourcing.flow, accounts: ["VAULT"] },
];

const vaultImports: readonly Settings[] = [
  {
    service: { account: "STREAMS", subject: `${jetStreamApi}.${sourcing.create}` },
    to: `${vaultDelivery.api}.${sourcing.create}`,
  },
  { stream: { account: "STREAMS", subject: `${vaultDelivery.deliver}.>` } },
  { service: { account: "STREAMS", subject: sourcing.flow } },
];

/** The log's API under its one name, also for who is in the account that has JetStream itself. */
export const apiMapping = { [`${logApi}.>`]: `${jetStreamApi}.>` };

/** The plain addresses of the tiers and of builds, stored as requests of `unnamed`; whether it may ask there is another matter. */
export const plainMappings = (tiers: readonly Tier[]): Settings => ({
  ...Object.fromEntries(tiers.map((tier) => [`deploy.${tier}.>`, `hd.req.${unnamed}.${tier}.>`])),
  "build.>": `hd.req.${unnamed}.build.>`,
});

export interface AccountsConf {
  readonly users: readonly ServerUser[];
  /** Tiers whose plain addresses, `deploy.<tier>.…`, are stored as requests of `unnamed`. */
  readonly tiers: readonly Tier[];
  /** A third account may keep a copy of the log. */
  readonly vault?: boolean;
}

export const accounts = ({ users, tiers, vault = false }: AccountsConf): Settings => {
  const of = (wanted: Permissions["account"]): readonly Settings[] =>
    users
      .filter(({ permissions }) => (permissions === "all" ? "stream" : permissions.account) === wanted)
      .map(userSettings);
  return {
    STREAMS: {
      jetstream: "enabled",
      mappings: apiMapping,
      exports: [...shared.map(exported), ...(vault ? vaultExports : [])],
      users: of("stream"),
    },
    CLIENTS: { mappings: plainMappings(tiers), imports: shared.map(imported), users: of("clients") },
    VAULT: vault ? { jetstream: "enabled", imports: vaultImports, users: of("vault") } : undefined,
  };
};
