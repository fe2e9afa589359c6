/** `cancel`: a request that waits, resolves or builds is ended; during and after its activation it is too late. */
import { DeployEvent } from "../deploy-event.ts";
import { route } from "../route.ts";
import { optional, required } from "../struct.ts";
import { defaultTemplates } from "../template.ts";
import { Instant, Reason, ReplyTo, RequestId } from "../values.ts";

export const cancel = route({
  name: "cancel",
  summary: "End a request on the addressed hosts before it is activated",
  address: defaultTemplates,
  verbs: ["cancel"],
  carrier: "log",
  effect: "destructive",
  input: {
    request: required(RequestId, "the id of the request to cancel"),
    reply_to: optional(ReplyTo, "subject for a live copy of the responses"),
    id: optional(RequestId, "the id of this request itself"),
    reason: optional(Reason, "why, for the history"),
    expires_at: optional(Instant, "a host that reads it later rejects it"),
  },
  output: DeployEvent,
  failures: ["expired", "too_late"],
});
