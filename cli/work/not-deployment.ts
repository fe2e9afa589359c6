/** The failure of a command for deployments that was given another request. */
import { shortAddress } from "../../lib/contract/address.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { controlOf } from "../../lib/contract/values.ts";
import type { RequestRecord } from "../../streams/records.ts";

/** `undefined`: a deployment. `repeated`: the options of the connection, for the command that is named. */
export const notDeployment = ({ id, verb, address }: RequestRecord, repeated: string): Failure | undefined => {
  const control = controlOf(verb);
  if (control === undefined) return undefined;
  const place = shortAddress(address);
  const next = control === "freeze" ? ` Lift it with: hd unfreeze ${place}${repeated}` : "";
  return failure("invalid_request", `Request ${id} is the ${control} of ${place} and no deployment.${next}`);
};
