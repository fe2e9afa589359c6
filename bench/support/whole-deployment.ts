/** A deployment as whoever asked for it sees it: from the request to the record of its end. */
import { deploy } from "../../lib/contract/routes/deploy.ts";
import type { Revision } from "../../lib/contract/values.ts";
import { call } from "../../lib/router/call.ts";
import { newId } from "../../lib/router/new-id.ts";
import type { Bus, Enrolled } from "../../lib/router/ports.ts";
import { openEars } from "../../streams/ears.ts";
import { follow } from "../../streams/follow.ts";
import { responsesTo } from "../../streams/responses-to.ts";
import { address, alice } from "./names.ts";
import { rightOf } from "./right-of.ts";

const deadlineMs = 60_000;

export const wholeDeploymentMs = async ({ log, live, roster }: Bus, hosts: readonly Enrolled[]): Promise<number> => {
  const id = newId();
  const ears = await openEars(live, responsesTo(address, hosts), id);
  const startMs = performance.now();
  const args = { revision: "main" as Revision, id };
  const { seq } = rightOf(await call(deploy, { requester: alice, log }, address, args)());
  const { states } = await follow({
    ...{ log, live, roster, ears, hosts, deadlineMs, signal: new AbortController().signal },
    request: { id, seq, address },
    onEvent: () => {},
  });
  const tookMs = performance.now() - startMs;
  const [state] = [...states.values()];
  if (state?.kind === "ended" && state.record.status === "completed") return tookMs;
  throw new Error(`a deployment did not succeed: ${JSON.stringify(state)}`);
};
