/** `deploy`: a revision of the flake goes to the hosts behind an address. */
import { list, toggle } from "../codec.ts";
import { DeployEvent } from "../deploy-event.ts";
import { Requester } from "../names.ts";
import { route } from "../route.ts";
import { defaulted, optional, required } from "../struct.ts";
import { defaultTemplates } from "../template.ts";
import {
  Action,
  ClientName,
  Confirmed,
  Instant,
  Reason,
  ReplyTo,
  RequestId,
  Revision,
  StorePath,
  ToolName,
  UnitName,
} from "../values.ts";

export const deploy = route({
  name: "deploy",
  summary: "Deploy a revision of the flake on the addressed hosts",
  address: defaultTemplates,
  verbs: [undefined, "override"],
  carrier: "log",
  effect: "destructive",
  input: {
    action: defaulted(Action, "switch", "what nixos-rebuild does with the new generation"),
    revision: required(Revision, "branch, tag or commit to deploy"),
    reply_to: optional(ReplyTo, "subject for a live copy of the responses"),
    id: optional(RequestId, "the request's id; a retry with the same id is the same request"),
    reason: optional(Reason, "why, for the history"),
    expires_at: optional(Instant, "a host that reads the request later than this rejects it"),
    rollback: defaulted(
      toggle("Rollback"),
      true,
      "whether the host goes back to what it was to boot before when the new system is not healthy",
    ),
    tolerate_units: defaulted(list(UnitName, 64), [], "units that may fail without making the deployment fail"),
    if_current: optional(StorePath, "only if the host still runs this system"),
    replay_of: optional(RequestId, "the request that this one repeats, for the history; hosts do nothing with it"),
    build_request: optional(RequestId, "the build of this commit that was asked for first; hosts do nothing with it"),
    on_behalf_of: optional(Requester, "who wished for it, where another approved; hosts do nothing with it"),
    client: optional(
      ClientName,
      "the program in which it was asked for, as that names itself; hosts do nothing with it",
    ),
    tool: optional(ToolName, "the tool by which that program asked; hosts do nothing with it"),
    confirmed: optional(
      Confirmed,
      "how a person confirmed it beforehand, as the requester says; hosts do nothing with it",
    ),
  },
  output: DeployEvent,
  failures: ["busy", "expired", "superseded", "not_current", "frozen", "cancelled", "interrupted"],
});
