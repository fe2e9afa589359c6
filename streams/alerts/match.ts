/**
 * Whether a response in the log is one that a rule is about. All that a rule asks for has to hold; what an older host did not
 * say about its deployment holds for no rule. Of a rule that names no status, only endings are looked at. How often and how many is for streams/alerts/judge.ts.
 */
import type { RecordCondition, Whom } from "../../lib/contract/alert-rules.ts";
import type { HostName, Role, Tier } from "../../lib/contract/names.ts";
import { isTerminal } from "../../lib/contract/values.ts";
import type { ResponseRecord } from "../records.ts";

/** The roles of a host, as it announces them. */
export type RolesOf = (host: HostName) => readonly Role[];

const fits = <A>(wanted: readonly A[] | undefined, has: A | undefined | null): boolean =>
  wanted === undefined || (has !== undefined && has !== null && wanted.includes(has));

/** Whether a rule is about a host. */
export const isAbout = ({ tier, host, role }: Whom, hostTier: Tier, hostname: HostName, rolesOf: RolesOf): boolean =>
  fits(tier, hostTier) &&
  fits(host, hostname) &&
  (role === undefined || rolesOf(hostname).some((one) => role.includes(one)));

const isRolledBack = ({ error }: ResponseRecord["event"]): boolean =>
  error === "rolled_back" || error === "rollback_failed";

/** Of a rollback the cause counts as much as the rollback. */
const failedBy = ({ error }: RecordCondition, { event }: ResponseRecord): boolean =>
  error === undefined || error.some((code) => code === event.error || code === event.cause);

const marked = (wanted: true | undefined, has: boolean): boolean => wanted === undefined || has;

export const isMatch = (when: RecordCondition, record: ResponseRecord, rolesOf: RolesOf): boolean => {
  const { status, tier, host, event } = record;
  return (
    isAbout(when, tier, host, rolesOf) &&
    (when.status === undefined ? isTerminal(status) : when.status.includes(status)) &&
    failedBy(when, record) &&
    fits(when.requester, event.requester) &&
    fits(when.action, event.action) &&
    fits(when.phase, event.phase) &&
    (when.longerThanMs === undefined || (event.elapsed_ms ?? 0) > when.longerThanMs) &&
    marked(when.rolledBack, isRolledBack(event)) &&
    marked(when.freezeOverridden, event.override === true) &&
    marked(when.unsigned, event.proof !== undefined && event.proof !== "signed")
  );
};
