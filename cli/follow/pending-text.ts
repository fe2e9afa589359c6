/** What becomes of hosts that have not ended, and how to return to them. */
import { clock } from "../print/age.ts";
import { duration } from "../print/duration.ts";
import { names } from "../print/names.ts";
import { expiryMsOf, type Observed, targetOf } from "./watched.ts";

/** What a host does with all that waited for it. */
const onReturn = "a host that returns runs the newest request that waits for it";

/** What a request does that nobody reads. */
export const waitingText = (expiresAtMs: number | undefined, nowMs: number): string => {
  if (expiresAtMs === undefined)
    return `the request waits in the log until it is read; ${onReturn}, and answers the others with superseded`;
  if (expiresAtMs <= nowMs) return "the request has expired, so it will be rejected when it is read";
  const until = `for ${duration(expiresAtMs - nowMs)} (until ${clock(expiresAtMs)})`;
  return `the request waits in the log ${until}; ${onReturn}, and answers the others with superseded or expired`;
};

export const pendingText = (observed: Observed, nowMs: number): string => {
  const { request, result, repeated } = observed;
  const states = [...result.states];
  if (states.length === 0) return `no host serves ${targetOf(observed)} any more, and none has answered\n`;
  const running = states.filter(([, { kind }]) => kind === "running").map(([host]) => host);
  const unanswered = states
    .filter(([, { kind }]) => kind === "unreachable" || kind === "waiting")
    .map(([host]) => host);
  const lines = [
    ...(running.length === 0 ? [] : [`${names(running)}: the deployment goes on`]),
    ...(unanswered.length === 0 ? [] : [`${names(unanswered)}: ${waitingText(expiryMsOf(observed), nowMs)}`]),
  ];
  return lines.length === 0 ? "" : `${lines.join("\n")}\nreturn to it with: hd watch ${request.id}${repeated}\n`;
};
