/**
 * The configuration of a nats-server that keeps hd's log, as text. With users there are two accounts: one owns the streams,
 * the other holds hosts and requesters, and reaches the log through the few API subjects imported below. They must stay
 * apart. The server does not check the reply subject of a request, so in the streams' own account `DIRECT.GET` with the
 * reply `$JS.API.STREAM.DELETE.HD_AUDIT` deletes the log, and with `hd.req.alice.prod.web1` it deploys in alice's name.
 */
import { jetStreamApi, logApi, logStream, logSubjects } from "../contract/log-names.ts";
import { type Tier, unnamed } from "../contract/names.ts";
import type { Permissions } from "../contract/permissions.ts";

export interface ServerUser {
  /** A public NKey, `U…`. */
  readonly publicKey: string;
  /** `all`: everything in the streams' account. */
  readonly permissions: Permissions | "all";
}

export interface ServerConf {
  /** Left out where whoever starts the server says it. */
  readonly listen?: { readonly host: string; readonly port: number };
  readonly jetstream: {
    readonly storeDir?: string;
    readonly maxFileBytes?: number;
    /** `always`: a record is on the disk before it is acknowledged; needed wherever there is one replica only. */
    readonly syncInterval: "always" | "2m";
  };
  /** None: whoever reaches the port may do anything, which is for tests and demonstrations on loopback. */
  readonly users: readonly ServerUser[];
  /** Tiers whose plain addresses, `deploy.<tier>.…`, are stored as requests of `unnamed`. */
  readonly tiers: readonly Tier[];
}

type Line = string | readonly Line[];

const quote = (text: string): string => JSON.stringify(text);

const render = (lines: readonly Line[], indent = ""): string =>
  lines.map((line) => (typeof line === "string" ? `${indent}${line}\n` : render(line, `${indent}  `))).join("");

const block = (name: string, lines: readonly Line[]): readonly Line[] => [`${name} {`, lines, "}"];

const quotedList = (subjects: readonly string[]): string => `[${subjects.map(quote).join(", ")}]`;

const user = ({ publicKey, permissions }: ServerUser): readonly Line[] => {
  if (permissions === "all") return [`{ nkey: ${quote(publicKey)} }`];
  const { publish, subscribe } = permissions;
  return [
    `{ nkey: ${quote(publicKey)}, permissions: {`,
    [`publish: { allow: ${quotedList(publish)} }`, `subscribe: { allow: ${quotedList(subscribe)} } } }`],
  ];
};

const users = (members: readonly ServerUser[]): readonly Line[] => ["users: [", members.flatMap(user), "]"];

interface Shared {
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

/** What the clients' account gets of the streams' account. */
const shared: readonly Shared[] = [
  ...logSubjects.map(whole),
  whole(`$JS.ACK.${logStream}.>`),
  api(`STREAM.INFO.${logStream}`),
  api(`CONSUMER.LIST.${logStream}`),
  api(`CONSUMER.INFO.${logStream}.*`),
  { ...api(`CONSUMER.MSG.NEXT.${logStream}.*`), streamFor: "1m" },
  { ...api(`DIRECT.GET.${logStream}`), streamFor: "10s" },
  api(`DIRECT.GET.${logStream}.>`),
];

const exports = shared.map(({ subject, streamFor }) => {
  const several = streamFor === undefined ? "" : `, response_type: stream, threshold: ${quote(streamFor)}`;
  return `{ service: ${quote(subject)}${several}, accounts: [CLIENTS] }`;
});

const imports = shared.map(
  ({ subject, local }) =>
    `{ service: { account: STREAMS, subject: ${quote(subject)} }${local === subject ? "" : `, to: ${quote(local)}`} }`,
);

const mapping = (from: string, to: string): string => `${quote(from)}: ${quote(to)}`;

/** The log's API under its one name, also for who is in the account that has JetStream itself. */
const apiMapping = mapping(`${logApi}.>`, `${jetStreamApi}.>`);

const tierMappings = (tiers: readonly Tier[]): readonly string[] =>
  tiers.map((tier) => mapping(`deploy.${tier}.>`, `hd.req.${unnamed}.${tier}.>`));

const accounts = ({ users: all, tiers }: ServerConf): readonly Line[] => {
  const isOwner = ({ permissions }: ServerUser) => permissions === "all" || permissions.account === "stream";
  const owners = [
    "jetstream: enabled",
    ...block("mappings", [apiMapping]),
    "exports: [",
    exports,
    "]",
    ...users(all.filter(isOwner)),
  ];
  const clients = [
    ...block("mappings", tierMappings(tiers)),
    "imports: [",
    imports,
    "]",
    ...users(all.filter((one) => !isOwner(one))),
  ];
  return block("accounts", [...block("STREAMS", owners), ...block("CLIENTS", clients)]);
};

const jetstream = ({ storeDir, maxFileBytes, syncInterval }: ServerConf["jetstream"]): readonly Line[] =>
  block("jetstream", [
    ...(storeDir === undefined ? [] : [`store_dir: ${quote(storeDir)}`]),
    `sync_interval: ${quote(syncInterval)}`,
    ...(maxFileBytes === undefined ? [] : [`max_file_store: ${maxFileBytes}`]),
  ]);

const listen = ({ host, port }: NonNullable<ServerConf["listen"]>): string => `listen: ${quote(`${host}:${port}`)}`;

/** The whole file; with users it refuses everyone else. */
export const serverConf = (conf: ServerConf): string =>
  render([
    ...(conf.listen === undefined ? [] : [listen(conf.listen)]),
    ...jetstream(conf.jetstream),
    ...(conf.users.length > 0 ? accounts(conf) : block("mappings", [apiMapping, ...tierMappings(conf.tiers)])),
  ]);
