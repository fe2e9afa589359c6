/** `deploy`: a revision of the flake goes to the hosts behind an address. */
import { DeployEvent } from "../deploy-event.ts";
import { route } from "../route.ts";
import { defaulted, optional, required } from "../struct.ts";
import { defaultTemplates } from "../template.ts";
import { Action, Instant, Reason, ReplyTo, RequestId, Revision, StorePath } from "../values.ts";

export const deploy = route({
  name: "deploy",
  summary: "Deploy a revision of the flake on the addressed hosts",
  address: defaultTemplates,
  carrier: "log",
  effect: "destructive",
  input: {
    action: defaulted(Action, "switch", "what nixos-rebuild does with the new generation"),
    revision: required(Revision, "branch, tag or commit to deploy"),
    reply_to: optional(ReplyTo, "subject for a live copy of the responses"),
    id: optional(RequestId, "the request's id; a retry with the same id is the same request"),
    reason: optional(Reason, "why, for the history"),
    expires_at: optional(Instant, "a host that reads the request later than this rejects it"),
    if_current: optional(StorePath, "only if the host still runs this system"),
  },
  output: DeployEvent,
  failures: ["busy", "expired", "not_current", "interrupted"],
});
