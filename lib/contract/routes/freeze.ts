/** `freeze`: the addressed hosts take no deployment until a moment, or until they are unfrozen. */
import { DeployEvent } from "../deploy-event.ts";
import { route } from "../route.ts";
import { optional, required } from "../struct.ts";
import { defaultTemplates } from "../template.ts";
import { Instant, Reason, ReplyTo, RequestId } from "../values.ts";

export const freeze = route({
  name: "freeze",
  summary: "Let the addressed hosts take no deployment",
  address: defaultTemplates,
  verbs: ["freeze"],
  carrier: "log",
  effect: "destructive",
  input: {
    reason: required(Reason, "why, for everybody who is refused"),
    until: optional(Instant, "when it ends by itself; without it, it lasts until it is lifted"),
    reply_to: optional(ReplyTo, "subject for a live copy of the responses"),
    id: optional(RequestId, "the id of this request"),
  },
  output: DeployEvent,
  failures: ["superseded"],
});
