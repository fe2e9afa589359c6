/** Builds hosts of a repository. Nothing runs anywhere by it, so no person has to say a word. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { failure, isFailureCode } from "../../../lib/contract/failure.ts";
import { struct } from "../../../lib/contract/struct.ts";
import { seeBuilder } from "../../../streams/build-place.ts";
import { noPlace } from "../../build/ask.ts";
import { type AskedBuild, sendBuilds } from "../../build/send.ts";
import type { ObservedBuild, WatchedBuild } from "../../build/watched.ts";
import type { LeftBuild } from "../building/next.ts";
import { type BuildOutcome, buildOutcome, buildOutcomeFields, buildText } from "../building/outcome.ts";
import { buildFields, wantedBuild } from "../building/wanted.ts";
import { watchBuild } from "../building/watch.ts";
import { type ToolContext, type ToolFailure, tool } from "../tool.ts";

const sendTo = async (context: ToolContext, asked: AskedBuild): Promise<Either<ToolFailure, WatchedBuild>> => {
  const { requester, bus } = context.identity;
  const seen = await seeBuilder(bus);
  if (seen?.kind === "no place")
    return left({ ...failure("unreachable", `Nothing was sent: ${noPlace}`), hint: "Tell the person." });
  const none = context.spend();
  if (none !== undefined) return left(none);
  const how = { log: bus.log, live: bus.live, requester, repeated: context.options.repeated, seen };
  const sent = await sendBuilds(how, [asked]);
  if (isLeft(sent)) return sent;
  const [watched] = sent.right;
  return watched === undefined ? left(failure("internal", "No build was sent.")) : right(watched);
};

/** A builder says what would have been right. */
const refusedBy = ({ result }: ObservedBuild): ToolFailure | undefined => {
  const { newest } = result.progress;
  if (newest?.status !== "rejected") return undefined;
  const { error, message } = newest.event;
  const code = error !== null && isFailureCode(error) ? error : "invalid_request";
  return { code, message, hint: "The builder rejected it, and nothing was built." };
};

const answerOf = (observed: LeftBuild): Either<ToolFailure, BuildOutcome> => {
  const refused = refusedBy(observed);
  return refused === undefined ? right(buildOutcome(observed)) : left(refused);
};

export const build = tool({
  name: "build",
  title: "Build hosts",
  description:
    "Asks a builder to build hosts of a repository at a revision, and watches for up to `seconds`; nothing is deployed. The build goes on " +
    "by itself: watch on with deployment_wait. Name the hosts by one of target, hosts or all. Use it to see what a branch breaks.",
  need: "build",
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  input: struct("arguments of build", buildFields),
  output: struct("answer of build", buildOutcomeFields),
  run: (args, context) => async () => {
    const asked = wantedBuild(args, context);
    if (isLeft(asked)) return asked;
    const sent = await sendTo(context, asked.right);
    if (isLeft(sent)) return sent;
    return answerOf(await watchBuild(context.identity.bus, context, sent.right, args.seconds * 1_000));
  },
  text: buildText,
});
