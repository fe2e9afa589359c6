/**
 * Which commits the revisions of one call are: each is looked up once, all of them at the same time. A repository that does not
 * answer leaves the commit unknown, and what is wanted can still be wished for; one that has no such revision refuses it.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import { read } from "../../../lib/contract/codec.ts";
import type { Failure } from "../../../lib/contract/failure.ts";
import { Commit, type Revision } from "../../../lib/contract/values.ts";
import type { ToolContext } from "../tool.ts";
import type { Wanted } from "./wanted.ts";

type Answer = Promise<Either<Failure, Commit | undefined>>;

/** As if nobody had said where the repository is. */
const unanswered: readonly Failure["code"][] = ["timeout", "unreachable"];

export const lookups = ({ options, signal }: Pick<ToolContext, "options" | "signal">) => {
  const asked = new Map<Revision, Answer>();
  const ask = async (revision: Revision): Answer => {
    const found = await options.resolve(revision, signal)();
    return isLeft(found) && unanswered.includes(found.left.code) ? right(undefined) : found;
  };
  return ({ order, commit }: Wanted): Answer => {
    const { revision } = order.body.input;
    const known = commit ?? read(Commit, revision);
    if (known !== undefined) return Promise.resolve(right(known));
    const asking = asked.get(revision) ?? ask(revision);
    asked.set(revision, asking);
    return asking;
  };
};
