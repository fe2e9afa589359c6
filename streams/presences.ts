/**
 * The bucket of presences: its stream, as data, and what stands in it, as values. It is kept as any KV client of NATS expects
 * one, but without rollups: by a header of one put a host could erase what all others announced.
 */
import { type Either, isLeft, left } from "fp-ts/lib/Either.js";
import { presenceBucket, presenceStream, presenceSubject } from "../lib/contract/log-names.ts";
import type { HostName } from "../lib/contract/names.ts";
import { Presence } from "../lib/contract/presence.ts";
import type { Stored } from "../lib/router/ports.ts";
import type { StreamSettings } from "../lib/router/provisioner.ts";

const none = -1;

export const presenceSettings = ({ replicas }: Pick<StreamSettings, "replicas">): StreamSettings => ({
  name: presenceStream,
  subjects: [`$KV.${presenceBucket}.>`],
  storage: "file",
  retention: "limits",
  discard: "new",
  replicas,
  // A value of the usual size for some ten thousand hosts.
  maxBytes: 16 * 1024 * 1024,
  maxRecords: none,
  maxRecordsPerSubject: 1,
  maxAgeMs: 0,
  maxRecordBytes: 32 * 1024,
  duplicateWindowMs: 2 * 60_000,
  denyDelete: true,
  // What a host left that is gone can be purged, by who owns the streams' account.
  denyPurge: false,
  allowDirect: true,
  source: [],
  extras: [],
});

/** What a host announced last. */
export interface Seen {
  /** When the server stored it: the host's own clock may be wrong. */
  readonly atMs: number;
  /** Left: why it cannot be read. */
  readonly presence: Either<string, Presence>;
}

const decoded = (hostname: HostName, body: string): Seen["presence"] => {
  try {
    const presence = Presence.lenient(JSON.parse(body));
    if (isLeft(presence)) return left(presence.left.join(". "));
    const { hostname: said } = presence.right;
    return said === hostname ? presence : left(`it says that it is of ${said}`);
  } catch {
    return left("it is not JSON");
  }
};

/** What the host's own value says, of values that were read. Total; a value without a body is one that was taken back. */
export const seenOf = (values: readonly Stored[], hostname: HostName): Seen | undefined => {
  const subject = presenceSubject(hostname);
  const value = values.find((one) => one.subject === subject);
  if (value === undefined || value.body === "") return undefined;
  return { atMs: value.atMs, presence: decoded(hostname, value.body) };
};
