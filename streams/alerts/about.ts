/** The request that an alert is about, as its record tells it. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Alert } from "../../lib/contract/alert.ts";
import { known } from "../../lib/contract/known.ts";
import type { RequestRecord } from "../records.ts";

export const aboutRequest = ({ seq, id, requester, address, body }: RequestRecord): NonNullable<Alert["about"]> => {
  const asker = { seq, id, requester, address };
  if (isLeft(body)) return asker;
  const { reason } = body.right.input;
  const { action, revision } = body.right.route === "deploy" ? body.right.input : {};
  return { ...asker, ...known({ action, revision, reason }) };
};
