/**
 * A stream's settings, to and from the words of JetStream's API. A feature that hd does not use and that can alter, erase or
 * copy records is named in `extras` when it is on, and in no other way.
 */
import type { StreamConfig, StreamInfo } from "@nats-io/jetstream";
import { millis, nanos } from "nats";
import type { FoundStream, StreamSettings } from "../router/provisioner.ts";

type Sent = Pick<
  StreamConfig,
  | "name"
  | "subjects"
  | "storage"
  | "retention"
  | "discard"
  | "num_replicas"
  | "max_bytes"
  | "max_msgs"
  | "max_msgs_per_subject"
  | "max_age"
  | "max_msg_size"
  | "duplicate_window"
  | "deny_delete"
  | "deny_purge"
  | "allow_direct"
> &
  Partial<Pick<StreamConfig, "sources">>;

const suspects: readonly string[] = [
  "allow_rollup_hdrs",
  "allow_msg_ttl",
  "allow_msg_counter",
  "allow_msg_schedules",
  "mirror",
  "no_ack",
  "republish",
  "sealed",
  "subject_delete_marker_ttl",
  "subject_transform",
];

/** The suspects that are on. An older server leaves out what it does not know, and so does none of them. */
export const extrasOf = (config: object, names: readonly string[]): readonly string[] =>
  Object.entries(config)
    .filter(([name, value]) => names.includes(name) && Boolean(value))
    .map(([name]) => name);

const sourcesOf = ([name = "", api = "", deliver = ""]: readonly string[]): Pick<Sent, "sources"> =>
  name === "" ? {} : { sources: [{ name, external: { api, deliver } }] };

/** `undefined`: it sources in a way that hd does not, filtered or transformed, or from several. */
const sourceOf = ({ sources }: Pick<StreamConfig, "sources">): readonly string[] | undefined => {
  const [{ name, external, ...more } = { name: "" }, ...others] = sources ?? [];
  if (name === "") return [];
  if (external === undefined || others.length + Object.keys(more).length > 0) return undefined;
  return [name, external.api, external.deliver ?? ""];
};

export const toStreamConfig = (settings: StreamSettings): Sent => ({
  name: settings.name,
  subjects: [...settings.subjects],
  storage: settings.storage as StreamConfig["storage"],
  retention: settings.retention as StreamConfig["retention"],
  discard: settings.discard as StreamConfig["discard"],
  num_replicas: settings.replicas,
  max_bytes: settings.maxBytes,
  max_msgs: settings.maxRecords,
  max_msgs_per_subject: settings.maxRecordsPerSubject,
  max_age: nanos(settings.maxAgeMs),
  max_msg_size: settings.maxRecordBytes,
  duplicate_window: nanos(settings.duplicateWindowMs),
  deny_delete: settings.denyDelete,
  deny_purge: settings.denyPurge,
  allow_direct: settings.allowDirect,
  ...sourcesOf(settings.source),
});

export const foundStreamOf = ({ config, created, state }: StreamInfo): FoundStream => ({
  madeMs: Date.parse(created),
  usedBytes: state.bytes,
  records: state.messages,
  firstAtMs: state.messages > 0 ? Date.parse(state.first_ts) : undefined,
  settings: {
    name: config.name,
    // A stream that sources another may have none.
    subjects: config.subjects ?? [],
    storage: config.storage,
    retention: config.retention,
    discard: config.discard,
    replicas: config.num_replicas,
    maxBytes: config.max_bytes,
    maxRecords: config.max_msgs,
    maxRecordsPerSubject: config.max_msgs_per_subject,
    maxAgeMs: millis(config.max_age),
    maxRecordBytes: config.max_msg_size,
    duplicateWindowMs: millis(config.duplicate_window),
    denyDelete: config.deny_delete,
    denyPurge: config.deny_purge,
    allowDirect: config.allow_direct,
    source: sourceOf(config) ?? [],
    extras: [...extrasOf(config, suspects), ...(sourceOf(config) === undefined ? ["sources"] : [])],
  },
});
