/**
 * What the log and its parts are called on NATS: the stream, the durable consumer of each host, the subjects of its API.
 * Permissions, adapters and stream definitions all take the names from here, so that none can drift from the others.
 */
import { read } from "./codec.ts";
import { HostName, type Requester, SinkName, unnamed } from "./names.ts";

export const logStream = "HD_AUDIT";

/** Requests, what hosts answer, and what somebody wishes for who needs the word of a person. */
export const logSubjects = ["hd.req.>", "hd.res.>", "hd.ask.>"] as const;

/** Of a record that was imported: when the log that it comes from stored it. Believed only of those that the stream names. */
export const storedAtHeader = "Hd-Stored-At";

/** In the metadata of the log's stream: the last record that was imported. No publisher can write there. */
export const importedKey = "hd.imported";

/** In the metadata of the log's stream while an import fills it: whoever had a place there would take old requests for new. */
export const importingKey = "hd.importing";

/** What people were told and what they answered: see lib/contract/alert-subjects.ts. */
export const alertStream = "HD_ALERTS";

export const alertSubjects = ["hd.alert.>"] as const;

/** The server's word that a consumer of the log was handed a record as often as it may be. */
export const undeliverable = `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${logStream}.>`;

/** The copy of the log in an account that the provisioner of the log cannot reach. */
export const vaultStream = "HD_VAULT";

/** Where the vault's account sees the API that it sources the log by, and where the records come in. */
export const vaultDelivery = { api: "hdapi", deliver: "hdvault" } as const;

/** What each host announces of itself: a bucket of one value for each, which any KV client of NATS can read. */
export const presenceBucket = "HD_HOSTS";

/** Under which name JetStream keeps that bucket. */
export const presenceStream = `KV_${presenceBucket}`;

export const presenceSubject = (hostname: HostName): string => `$KV.${presenceBucket}.${hostname}`;

/** A record with its headers may not be larger. */
export const maxRecordBytes = 256 * 1024;

/**
 * Prefix of the JetStream API as hosts and requesters see it. It is not `$JS.API`, because they live in another account
 * than the stream: the server checks no reply subject, so whoever shares the stream's account can make the server itself
 * publish a request in anyone's name, or delete the stream. See lib/server/accounts.ts.
 */
export const logApi = "hd.api";

/** The API's own prefix, for whoever is in the stream's account. */
export const jetStreamApi = "$JS.API";

export const hostDurable = (hostname: HostName): string => `host_${hostname}`;

/** The consumers of services on the log: one each, which all of a kind share. */
export const serviceDurables = { alerter: "alerter", builder: "builder" } as const;

/** The alerter's consumers of what it wrote itself: one for each sink, and one for the server's advisories. */
export const sinkDurable = (sink: SinkName): string => `sink_${sink}`;
export const advisoryDurable = "advisories";

/** The sink whose consumer has this name; `undefined` for any other consumer. */
export const sinkOfDurable = (durable: string): SinkName | undefined =>
  durable.startsWith("sink_") ? read(SinkName, durable.slice("sink_".length)) : undefined;

/** The host whose consumer has this name; `undefined` for any other consumer. */
export const hostOfDurable = (durable: string): HostName | undefined =>
  durable.startsWith("host_") ? read(HostName, durable.slice("host_".length)) : undefined;

/**
 * Every reply to a client comes to a subject below this one, so that nobody else may listen to it. A client that knows
 * nothing of the log has the prefix that every NATS client has by itself.
 */
export const inboxPrefix = (name: HostName | Requester): string => (name === unnamed ? "_INBOX" : `_INBOX_${name}`);
