/** The request that an alert is about, as its record tells it. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Alert } from "../../lib/contract/alert.ts";
import type { RequestRecord } from "../records.ts";

export const aboutRequest = ({ seq, id, requester, address, body }: RequestRecord): NonNullable<Alert["about"]> => {
  const known = { seq, id, requester, address };
  if (isLeft(body)) return known;
  const { reason } = body.right.input;
  const { action, revision } = body.right.route === "deploy" ? body.right.input : {};
  return { ...known, ...(action && { action }), ...(revision && { revision }), ...(reason && { reason }) };
};
