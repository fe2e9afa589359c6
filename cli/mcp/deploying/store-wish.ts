/** Stores a wish: in the log, where a person finds it, and nobody executes it. */
import { isLeft } from "fp-ts/lib/Either.js";
import { bimap, left, type TaskEither } from "fp-ts/lib/TaskEither.js";
import { askSubject } from "../../../lib/contract/address.ts";
import { mostHosts, Wish } from "../../../lib/contract/ask.ts";
import { type Failure, failure } from "../../../lib/contract/failure.ts";
import { known } from "../../../lib/contract/known.ts";
import { newId } from "../../../lib/router/new-id.ts";
import type { Appended } from "../../../lib/router/ports.ts";
import type { WishRecord } from "../../../streams/wishes.ts";
import type { Identity, ToolFailure } from "../tool.ts";
import type { Wanted } from "./wanted.ts";

const wishBody = ({ order, commit }: Wanted) => {
  const { action, revision, rollback, tolerate_units, replay_of, reason, client, tool } = order.body.input;
  return Wish.strict({
    id: newId(),
    ...known({ action, revision, commit, rollback, tolerate_units, replay_of, reason, client, tool }),
    hosts: order.hosts.map(({ hostname }) => hostname),
  });
};

/** Within a call, with time left for its answer. */
const storeMs = 10_000;

/** Of a log and a server that were made before there were wishes, what makes them take some. */
const older: Readonly<Partial<Record<Failure["code"], string>>> = {
  unaudited:
    "A log that was made before there were wishes takes them after `hd streams apply --update`. Until then a person has to deploy this.",
  unauthorized:
    "A server that was set up before there were wishes lets nobody wish until its configuration is made anew with `hd init`. Until then a person has to deploy this.",
};

/** The id of the wish is for the request alone: a record that had it as well would be taken for that. */
export const storeWish = (
  { requester, bus: { log } }: Identity,
  wanted: Wanted,
  nowMs: number,
): TaskEither<ToolFailure, WishRecord> => {
  const body = wishBody(wanted);
  if (isLeft(body))
    return left({
      ...failure("invalid_request", `Nothing was stored. ${body.left.join(". ")}.`),
      hint: `Ask for fewer hosts at once: at most ${mostHosts}.`,
    });
  const { address } = wanted.order;
  const subject = askSubject(requester, address);
  const stored = log.append({ subject, body: JSON.stringify(body.right), msgId: newId() }, storeMs);
  return bimap(
    (why: Failure): ToolFailure => ({ ...why, hint: older[why.code] }),
    ({ seq }: Appended): WishRecord => ({ seq, atMs: nowMs, requester, address, wish: body.right }),
  )(stored);
};
