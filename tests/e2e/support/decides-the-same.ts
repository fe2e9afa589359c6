/**
 * That the hosts of a fleet, asked again what its log holds, decide as they did: a rehearsal of the whole log with no policy
 * of its own. What it cannot reproduce it has to explain, so what is left is a host that decided by something unknown.
 */
import * as assert from "uvu/assert";
import { rehearsal } from "../../../handlers/rehearsal.ts";
import { isUserKey, verifier } from "../../../lib/nats/verify.ts";
import type { Bus } from "../../../lib/router/ports.ts";
import type { Policy } from "../../../lib/router/rehearsal.ts";
import { type RehearsedRow, rehearse } from "../../../streams/rehearsal.ts";
import { logSource } from "../../../streams/rehearsal-source.ts";
import { rightOf } from "../../support/either.ts";

/** As the listeners of a fleet are started. */
const asStarted: Policy = { trustedKeysFile: undefined, queueMs: 3_600_000, frozen: [] };

/** `41 prod/web1 accepted, not rejected busy (why)`, one for each decision that is not the same. */
export const otherDecisions = async (
  log: Pick<Bus["log"], "range" | "end">,
  policy: Partial<Policy> = {},
): Promise<readonly string[]> => {
  const rows: RehearsedRow[] = [];
  const stage = rightOf(await rehearsal({ isKey: isUserKey, verify: verifier() })({ ...asStarted, ...policy })());
  const options = { hosts: [], isChecking: policy.trustedKeysFile !== undefined };
  const heard = { row: (row: RehearsedRow) => void rows.push(row), passedOver: () => undefined };
  rightOf(await rehearse(rightOf(await logSource(log)), stage, options, heard));
  await stage.close();
  const told = (one: RehearsedRow["now"]) => [one?.decision, one?.code].filter(Boolean).join(" ");
  return rows
    .filter(({ verdict }) => verdict !== "same")
    .map(({ request, host, recorded, now, verdict, why }) => {
      const [then, again] = [told(recorded), told(now)];
      return `${verdict}: ${request.seq} ${host.tier}/${host.hostname} ${then}, now ${again} (${why ?? now?.message})`;
    });
};

export const decidesTheSame = async (log: Parameters<typeof otherDecisions>[0]): Promise<void> => {
  const others = await otherDecisions(log);
  assert.equal(
    others.filter((one) => one.startsWith("different")),
    [],
  );
};
