/**
 * That the hosts of a fleet, asked again what its log holds, decide as they did: a rehearsal of the whole log with no policy
 * of its own. What it cannot reproduce it has to explain, so what is left is a host that decided by something unknown.
 */
import { rehearsal } from "../../../handlers/rehearsal.ts";
import { isUserKey, verifier } from "../../../lib/nats/verify.ts";
import type { Bus } from "../../../lib/router/ports.ts";
import type { Policy } from "../../../lib/router/rehearsal.ts";
import { type RehearsedRow, rehearse } from "../../../streams/rehearsal.ts";
import { logSource } from "../../../streams/rehearsal-source.ts";
import { rightOf } from "../../support/either.ts";

/** As the listeners of a fleet are started. */
const asStarted: Policy = { trustedKeysFile: undefined, queueMs: 3_600_000, frozen: [] };

const told = (one: RehearsedRow["now"]): string => [one?.decision, one?.code].filter(Boolean).join(" ");

/** `41 prod/web1 accepted, now rejected busy: …`, one for each decision that is different. */
export const otherDecisions = async (log: Pick<Bus["log"], "range" | "end">): Promise<readonly string[]> => {
  const rows: RehearsedRow[] = [];
  const stage = rightOf(await rehearsal({ isKey: isUserKey, verify: verifier() })(asStarted)());
  const output = { row: (row: RehearsedRow) => void rows.push(row), passedOver: () => undefined };
  rightOf(await rehearse(rightOf(await logSource(log)), stage, { hosts: [], isChecking: false }, output));
  await stage.close();
  return rows
    .filter(({ verdict }) => verdict === "different")
    .map(({ request, host, recorded, now }) => {
      const place = `${request.seq} ${host.tier}/${host.hostname}`;
      return `${place} ${told(recorded)}, now ${told(now)}: ${now?.message}`;
    });
};
