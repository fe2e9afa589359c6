/**
 * The log's stream, as data. It refuses rather than forgets: a full log takes no request, and no request is done without
 * one. None of its records can be deleted or purged, which no later edit can take back.
 */
import { logStream, logSubjects, maxRecordBytes } from "../lib/contract/log-names.ts";
import type { StreamSettings } from "../lib/router/provisioner.ts";

export interface AuditOptions {
  /** 3 in a cluster; with 1 the server has to sync every record to the disk before it acknowledges it. */
  readonly replicas: 1 | 3;
  readonly maxBytes: number;
}

/** Longer than any append is retried, so that a retry is never stored twice. */
const duplicateWindowMs = 15 * 60_000;

const none = -1;

export const auditStream = ({ replicas, maxBytes }: AuditOptions): StreamSettings => ({
  name: logStream,
  subjects: logSubjects,
  storage: "file",
  retention: "limits",
  discard: "new",
  replicas,
  maxBytes,
  maxRecords: none,
  maxRecordsPerSubject: none,
  maxAgeMs: 0,
  maxRecordBytes,
  duplicateWindowMs,
  denyDelete: true,
  denyPurge: true,
  allowDirect: true,
  source: [],
  extras: [],
});
