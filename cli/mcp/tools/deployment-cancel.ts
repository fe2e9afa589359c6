/** Ends a deployment where it is not activated yet, or takes a wish back. */
import { isLeft } from "fp-ts/lib/Either.js";
import { prose } from "../../../lib/contract/codec.ts";
import { optional, required, struct } from "../../../lib/contract/struct.ts";
import { RequestId } from "../../../lib/contract/values.ts";
import { seekRequest } from "../../../streams/seek-request.ts";
import { cancelDeployment } from "../deploying/cancel.ts";
import { outcomeFields, outcomeText } from "../deploying/outcome.ts";
import { takeBack } from "../deploying/take-back.ts";
import { tool } from "../tool.ts";

export const deploymentCancel = tool({
  name: "deployment_cancel",
  title: "Cancel a deployment",
  description:
    "Ends a deployment on hosts that have not activated it yet; a host that has goes on, and says so. Takes back a wish that waits for a person. " +
    "Others' deployments outside the test tier are cancelled only when the person says so.",
  need: "deploy",
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: struct("arguments of deployment_cancel", {
    id: required(RequestId, "the id that deploy gave"),
    reason: optional(prose("Reason", 500), "why, for the history"),
  }),
  output: struct("answer of deployment_cancel", outcomeFields),
  run:
    ({ id, reason }, context) =>
    async () => {
      const sought = await seekRequest(context.identity.bus.log, id)();
      if (isLeft(sought)) return sought;
      const { request } = sought.right;
      return request === undefined
        ? takeBack(id, reason, context, sought.right)
        : cancelDeployment(request, reason, context);
    },
  text: outcomeText,
});
