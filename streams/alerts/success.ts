/** What counts as the end of trouble on a host: a deployment that went well. A trial shows only that trials go well again. */
import { isRight } from "fp-ts/lib/Either.js";
import type { RequestRecord, ResponseRecord } from "../records.ts";

export const isSuccess = ({ status, event }: ResponseRecord): boolean =>
  status === "completed" && event.control === undefined;

export const isTrial = ({ event }: ResponseRecord): boolean => event.action === "dry-activate";

export const asksForTrial = ({ body }: RequestRecord): boolean =>
  isRight(body) && body.right.route === "deploy" && body.right.input.action === "dry-activate";
