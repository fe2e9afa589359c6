/** Watches a deployment, or a wish until a person has said a word about it and then the deployment that came of it. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { integer } from "../../../lib/contract/codec.ts";
import { defaulted, required, struct } from "../../../lib/contract/struct.ts";
import { RequestId } from "../../../lib/contract/values.ts";
import { seeBuilder } from "../../../streams/build-place.ts";
import { pause } from "../../../streams/pause.ts";
import type { BuildRequestRecord, RequestRecord } from "../../../streams/records.ts";
import { hostsAt } from "../../../streams/roster.ts";
import { seekRequest } from "../../../streams/seek-request.ts";
import { type WishRecord, type WishState, wishesWithId, wishState } from "../../../streams/wishes.ts";
import { watchedBuild } from "../../build/watched.ts";
import { watchedOf } from "../../follow/watched.ts";
import { notFound } from "../../work/not-found.ts";
import { asDeployment } from "../building/outcome.ts";
import { watchBuild } from "../building/watch.ts";
import { type Outcome, outcomeFields, outcomeText } from "../deploying/outcome.ts";
import { watch } from "../deploying/watch.ts";
import { wishedFor } from "../deploying/wished-for.ts";
import { type ToolContext, type ToolFailure, tool } from "../tool.ts";

/** How often a wish is looked at: a person takes longer. */
const lookMs = 1_000;

type Answer<A> = Promise<Either<ToolFailure, A>>;

const watched = async (request: RequestRecord, context: ToolContext, untilMs: number): Answer<Outcome> => {
  const { identity, options, now } = context;
  const enrolled = await identity.bus.roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const one = watchedOf(request, hostsAt(enrolled.right, request.address), options.repeated);
  return right(await watch(identity, context, [one], untilMs - now()));
};

const watchedBuilding = async (build: BuildRequestRecord, context: ToolContext, untilMs: number): Answer<Outcome> => {
  const { identity, options, now } = context;
  const one = watchedBuild(build, await seeBuilder(identity.bus), options.repeated);
  return right(asDeployment(await watchBuild(identity.bus, context, one, untilMs - now())));
};

/** Until a person says a word about it, or the time is up. */
const word = async (wish: WishRecord, { identity, now, signal }: ToolContext, untilMs: number): Answer<WishState> => {
  for (;;) {
    const state = await wishState(identity.bus.log, wish, now())();
    const isOver = signal.aborted || now() + lookMs >= untilMs;
    if (isLeft(state) || state.right.kind !== "open" || isOver) return state;
    await pause(lookMs);
  }
};

const whileItWaits = async (wish: WishRecord, context: ToolContext, untilMs: number): Answer<Outcome> => {
  const state = await word(wish, context, untilMs);
  if (isLeft(state)) return state;
  const { right: found } = state;
  if (found.kind === "sent") return watched(found.request, context, untilMs);
  if (found.kind === "denied") return right(wishedFor([wish], found));
  return right(wishedFor([wish], found.kind === "open" ? "awaiting_approval" : "expired"));
};

export const deploymentWait = tool({
  name: "deployment_wait",
  title: "Wait for a deployment",
  description:
    "Watches a deployment for up to `seconds`, and answers as soon as it has ended, or with how it stands. " +
    "The same of a build. Of a wish it waits for the person's word. Call it again as long as the state is running or awaiting_approval.",
  need: "read",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: struct("arguments of deployment_wait", {
    id: required(RequestId, "the id that deploy or build gave"),
    seconds: defaulted(integer("Seconds", 0, 45), 40, "how long to watch"),
  }),
  output: struct("answer of deployment_wait", outcomeFields),
  run:
    ({ id, seconds }, context) =>
    async () => {
      const { identity, options, now, answerByMs } = context;
      const untilMs = Math.min(now() + seconds * 1_000, answerByMs);
      const sought = await seekRequest(identity.bus.log, id)();
      if (isLeft(sought)) return sought;
      const { request, build } = sought.right;
      if (build !== undefined) return watchedBuilding(build, context, untilMs);
      if (request !== undefined) return watched(request, context, untilMs);
      const wishes = await wishesWithId(identity.bus.log, id)();
      if (isLeft(wishes)) return wishes;
      const [wish] = wishes.right;
      if (wish !== undefined) return whileItWaits(wish, context, untilMs);
      return left({ ...notFound(id, options.repeated, sought.right), hint: "See deployments_list." });
    },
  text: outcomeText,
});
