/** `hd show` for people: what a request repeats, with what came of that, and what repeats it. */
import { isLeft } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../lib/contract/address.ts";
import type { HostState } from "../../streams/progress.ts";
import type { RequestRecord } from "../../streams/records.ts";
import type { Ancestor, ReplayChain } from "../../streams/replay-chain.ts";
import { timestamp } from "../print/age.ts";
import { names } from "../print/names.ts";
import { revisionText } from "../print/revision.ts";
import { field } from "./field.ts";

/** How a host stands with a request, in a word. */
export const resultOf = (state: HostState): string => {
  switch (state.kind) {
    case "ended":
      return state.record.status;
    case "running":
      return "running";
    default:
      return "waiting";
  }
};

const outcomeText = ({ states }: Ancestor): string => {
  const results = [...states.values()].map(resultOf);
  const counted = [...new Set(results)].map((one) => `${results.filter((other) => other === one).length} ${one}`);
  return counted.length === 0 ? "" : `, ${names(counted)}`;
};

const asked = ({ body, address }: RequestRecord): string => {
  const place = shortAddress(address);
  return isLeft(body) || body.right.route !== "deploy"
    ? place
    : `${revisionText(body.right.input.revision)} on ${place}`;
};

const ancestorText = (one: Ancestor): string => {
  const { id, request } = one;
  if (request === undefined) return `${id}, which was not found before it in the log`;
  return `${id} by ${request.requester}, ${timestamp(request.atMs)}: ${asked(request)}${outcomeText(one)}`;
};

const afterText = (request: RequestRecord): string =>
  `by ${request.id} of ${request.requester}, ${timestamp(request.atMs)}: ${asked(request)}`;

export const chainText = ({ before: [parent, ...older], after, lookedAt }: ReplayChain): readonly string[] => [
  ...(parent === undefined ? [] : field("replay of", ancestorText(parent))),
  ...older.flatMap((one) => field("", `itself a replay of ${ancestorText(one)}`)),
  ...after.flatMap((one) => field("replayed", afterText(one))),
  ...(lookedAt === undefined ? [] : field("", `only the next ${lookedAt} requests were looked at for replays`)),
];
