/**
 * The builder's side of the log: one request at a time, in the order of the log, each settled when its end is recorded and not
 * before. The rule a reader could break is that nothing is kept here: a builder that is killed is handed the same request
 * again, and what it has said of it stands in the log. See docs/adr/0034-a-build-may-be-done-twice.md.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import { parseBuildRequest, shortBuild } from "../lib/contract/build-address.ts";
import { causeOf } from "../lib/contract/cause-of.ts";
import { type Failure, failure } from "../lib/contract/failure.ts";
import type { Time } from "../lib/host/time.ts";
import type { BuildMeter } from "../lib/router/building.ts";
import type { Delivery } from "../lib/router/ports.ts";
import type { BuildEnd, BuildEnv } from "./build.ts";
import { append, type Heard, heardOf } from "./build-log.ts";
import { type BuildOrder, type BuildOrigin, type OrderEnv, orderOf, originOf } from "./build-order.ts";
import { because, type Said } from "./build-records.ts";
import { delayMs, insistOnEnd, type Speaking, voice } from "./build-voice.ts";

export interface BuildsServing extends Speaking, OrderEnv {
  readonly meter: BuildMeter;
  readonly time: Pick<Time, "passedMs" | "pause">;
  readonly build: (order: BuildOrder, tell: BuildEnv["tell"]) => Promise<BuildEnd>;
  /** Aborted when nothing more may be begun or said. */
  readonly stopped: AbortSignal;
}

/** A request that is worked on. The log may hand it over once more meanwhile, and then it is settled by that delivery. */
interface Hand {
  delivery: Delivery;
}

/** How often a request is begun at most: one that ends the builder each time must not be built for ever. */
const mostTries = 10;

const acceptance = (order: BuildOrder, { builder, simulated }: BuildsServing): Said => ({
  status: "accepted",
  message: `${builder} takes it: build ${shortBuild(order)} at ${order.revision}${simulated ? " (simulated)" : ""}`,
});

const worn = (order: BuildOrder, { builder }: BuildsServing): BuildEnd => ({
  status: "failed",
  ...because(
    failure(
      "interrupted",
      `${builder} was ended ${mostTries} times while it built ${shortBuild(order)} at ${order.revision}. Look into its log, then ask again.`,
    ),
  ),
});

/** Resolves when the log has the end, or when the builder is told to stop. `isWorn`: it was begun too often. */
const work = async (
  serving: BuildsServing,
  order: BuildOrder,
  acceptedAtMs: number,
  isWorn: boolean,
): Promise<Failure | undefined> => {
  const { meter, time, now, stopped } = serving;
  const startMs = time.passedMs();
  const { tell, elapsed, told } = voice(serving, order, acceptedAtMs);
  const end = isWorn ? worn(order, serving) : await serving.build(order, tell);
  await told();
  // Commands that were ended with the builder have not failed.
  if (stopped.aborted) return undefined;
  const ending = await insistOnEnd(serving, order, { ...end, ...elapsed() });
  if (isLeft(ending)) return ending.left;
  if (ending.right === "said") meter.ended(order.repo, end.status, time.passedMs() - startMs, now());
  return undefined;
};

const reject = async (
  serving: BuildsServing,
  origin: BuildOrigin,
  heard: Heard,
  why: Failure,
): Promise<Failure | undefined> => {
  const failed = await append(serving, origin, { status: "rejected", ...because(why) }, "rejected", { heard });
  const known = serving.repos.find(({ name }) => name === origin.repo)?.name;
  if (failed === undefined) serving.meter.ended(known, "rejected", 0, serving.now());
  return failed;
};

const accept = async (serving: BuildsServing, order: BuildOrder, heard: Heard): Promise<Either<Failure, number>> => {
  if (heard.acceptedAtMs !== undefined) return right(heard.acceptedAtMs);
  const nowMs = serving.now();
  const failed = await append(serving, order, acceptance(order, serving), "accepted", { heard });
  return failed === undefined ? right(nowMs) : { _tag: "Left", left: failed };
};

/** `undefined`: the log has all there is to say of it. */
const answer = async (serving: BuildsServing, origin: BuildOrigin, body: string): Promise<Failure | undefined> => {
  const heard = await heardOf(serving, origin);
  if (isLeft(heard)) return heard.left;
  if (heard.right.ended) return undefined;
  const order = orderOf(origin, body, serving, heard.right.acceptedAtMs !== undefined);
  if (isLeft(order)) return reject(serving, origin, heard.right, order.left);
  const accepted = await accept(serving, order.right, heard.right);
  if (isLeft(accepted)) return accepted.left;
  // What the log did not take was not begun either, however often it came.
  const isWorn = heard.right.acceptedAtMs !== undefined && origin.attempt > mostTries;
  return serving.stopped.aborted ? undefined : work(serving, order.right, accepted.right, isWorn);
};

/** Never rejects. */
const serveOne = async (serving: BuildsServing, hand: Hand): Promise<void> => {
  const { logger, stopped } = serving;
  const { subject, body, seq, attempt } = hand.delivery;
  const asked = parseBuildRequest(subject);
  if (asked === undefined) return hand.delivery.refuse("it asks for no build");
  if (stopped.aborted) return;
  try {
    const failed = await answer(serving, originOf(asked, hand.delivery), body);
    if (stopped.aborted) return;
    if (failed === undefined) return await hand.delivery.ack();
    logger.warn({ seq, code: failed.code }, `request not answered: ${failed.message}`);
  } catch (thrown) {
    logger.warn({ seq, thrown: causeOf(thrown) }, "a request was not settled; it will be delivered again");
  }
  hand.delivery.later(delayMs(attempt));
};

export interface ServedBuilds {
  readonly take: (delivery: Delivery) => void;
  /** Tells the log that what is in hand is still worked on. */
  readonly working: () => void;
  readonly isBuilding: () => boolean;
  /** To be called when it is stopped: hands back what is in hand, so that whoever comes next gets it at once. */
  readonly handBack: () => void;
  /** Resolves when nothing is in hand. */
  readonly settled: () => Promise<void>;
}

export const serveBuilds = (serving: BuildsServing): ServedBuilds => {
  const hands = new Map<number, Hand>();
  let line = Promise.resolve();
  const take = (delivery: Delivery): void => {
    const known = hands.get(delivery.seq);
    if (known !== undefined) {
      known.delivery = delivery;
      return;
    }
    const hand = { delivery };
    hands.set(delivery.seq, hand);
    line = line.then(() => serveOne(serving, hand)).finally(() => hands.delete(delivery.seq));
  };
  return {
    take,
    working: () => {
      for (const { delivery } of hands.values()) delivery.working();
    },
    isBuilding: () => hands.size > 0,
    handBack: () => {
      for (const { delivery } of hands.values()) delivery.later(1);
    },
    settled: () => line,
  };
};
