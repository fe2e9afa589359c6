/** One deployment that is to be sent, whichever command makes it. */
import type { RequestBody } from "../../lib/contract/request-body.ts";
import type { Asking } from "./send-all.ts";
import type { Meant } from "./targets.ts";

type DeployBody = Extract<RequestBody, { readonly route: "deploy" }>;

export interface Order extends Asking {
  readonly body: DeployBody;
}

/** `overrideFreeze`: in spite of a freeze, which the subject has to say. */
export const orderFor = (
  meant: Meant,
  input: DeployBody["input"],
  { overrideFreeze }: { readonly overrideFreeze: boolean },
): Order => ({ ...meant, verb: overrideFreeze ? "override" : undefined, body: { route: "deploy", input } });
