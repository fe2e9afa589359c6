/**
 * The vault's stream, as data: a copy of the log in an account of its own, made by the server record by record. It has no
 * bounds, because a bound is a way to lose what the log has; and nobody edits it, not even who made it.
 */
import { logStream, vaultDelivery, vaultStream } from "../lib/contract/log-names.ts";
import type { StreamSettings } from "../lib/router/provisioner.ts";

const none = -1;

/** The shortest there is: the log has sorted out repetitions, and what it stored twice is two records. */
const duplicateWindowMs = 100;

export const vaultSettings = ({ replicas }: Pick<StreamSettings, "replicas">): StreamSettings => ({
  name: vaultStream,
  subjects: [],
  storage: "file",
  retention: "limits",
  discard: "new",
  replicas,
  maxBytes: none,
  maxRecords: none,
  maxRecordsPerSubject: none,
  maxAgeMs: 0,
  // A copy is larger than its record, by a header that names it.
  maxRecordBytes: none,
  duplicateWindowMs,
  denyDelete: true,
  denyPurge: true,
  allowDirect: true,
  source: [logStream, vaultDelivery.api, vaultDelivery.deliver],
  extras: [],
});
