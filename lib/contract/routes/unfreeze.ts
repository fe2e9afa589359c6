/** `unfreeze`: lifts the freeze of the very address that it is sent to. */
import { DeployEvent } from "../deploy-event.ts";
import { route } from "../route.ts";
import { optional } from "../struct.ts";
import { defaultTemplates } from "../template.ts";
import { Reason, ReplyTo, RequestId } from "../values.ts";

export const unfreeze = route({
  name: "unfreeze",
  summary: "Lift the freeze of an address",
  address: defaultTemplates,
  verbs: ["unfreeze"],
  carrier: "log",
  effect: "destructive",
  input: {
    reason: optional(Reason, "why, for the history"),
    reply_to: optional(ReplyTo, "subject for a live copy of the responses"),
    id: optional(RequestId, "the id of this request"),
  },
  output: DeployEvent,
  failures: ["superseded"],
});
