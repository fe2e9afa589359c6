/** `discover`: the live question who is there; every listener that hears it answers for itself. */
import { HostInfo } from "../host-info.ts";
import { route } from "../route.ts";
import { optional } from "../struct.ts";
import { ReplyTo } from "../values.ts";

export const discover = route({
  name: "discover",
  summary: "Ask which hosts are there",
  address: ["deploy.discover"],
  verbs: [undefined],
  carrier: "live",
  effect: "read",
  input: { reply_to: optional(ReplyTo, "subject for the answers") },
  output: HostInfo,
  failures: [],
});
