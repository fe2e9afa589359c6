/**
 * The listener's side of the log: each request a host is handed is decided, answered by one record, and settled. The rule
 * a reader could break is the order: the answer in the log, what has to outlive the host's power on its disk, the
 * acknowledgement, the work. Where a step fails, none that follows it happens; only a lost acknowledgement costs no more
 * than a redelivery.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { parseRequestSubject, responseSubject } from "../contract/address.ts";
import { causeOf } from "../contract/cause-of.ts";
import { read } from "../contract/codec.ts";
import type { DeployEvent } from "../contract/deploy-event.ts";
import type { Failure } from "../contract/failure.ts";
import type { Verdict } from "../contract/route.ts";
import type { HostIdentity } from "../contract/template.ts";
import { ReplyTo, type RequestId } from "../contract/values.ts";
import { answeredOnce } from "./answered-once.ts";
import type { Decision, Dispatch } from "./dispatch.ts";
import type { MessageIds } from "./message-ids.ts";
import type { Delivery, Live, Logger, LogWriter } from "./ports.ts";
import { rejection } from "./rejection.ts";
import type { Find } from "./table.ts";
import type { Vouch } from "./vouch.ts";

export interface Serving {
  readonly host: HostIdentity;
  /** A stand-in builds and switches here, which every record has to say. */
  readonly simulated: boolean;
  readonly find: Find<Dispatch<DeployEvent>>;
  readonly vouch: Vouch;
  readonly log: LogWriter;
  readonly ids: MessageIds;
  readonly live: Pick<Live, "publish">;
  readonly logger: Logger;
  readonly now: () => number;
}

/** The longest wait before a request that could not be answered is delivered again. */
const longestDelayMs = 30_000;

const delayMs = (attempt: number): number => Math.min(500 * 2 ** Math.min(attempt, 10), longestDelayMs);

/** Appends one response and, only then, sends the live copy that the requester may have asked for. */
export const respond = async (
  { host, log, live }: Pick<Serving, "host" | "log" | "live">,
  event: DeployEvent,
  msgId: string,
  replyTo: ReplyTo | undefined,
): Promise<Failure | undefined> => {
  const body = JSON.stringify(event);
  const subject = responseSubject(host.tier, host.hostname, event.status);
  const appended = await log.append({ subject, body, msgId })();
  if (appended._tag === "Left") return appended.left;
  if (replyTo !== undefined) live.publish(replyTo, body);
  return undefined;
};

/**
 * What became of a request. `taken`: the host works on it from now on. `answered`: the log has whatever else there was to say.
 * `open`: it comes again.
 */
export type Outcome =
  | { readonly kind: "taken"; readonly id: RequestId }
  | { readonly kind: "answered" }
  | { readonly kind: "open" };

/** `newer`: the id of a newer request that the host took while this one waited. Never rejects. */
export type Serve = (delivery: Delivery, newer?: RequestId) => Promise<Outcome>;

/** Right: the log has the answer, and this is what may begin. */
type Answered = Either<Failure, Verdict<DeployEvent>["begin"]>;

const refuse = async (
  serving: Serving,
  refused: Extract<Decision<DeployEvent>, { kind: "refusal" }>,
): Promise<Answered> => {
  const { host, simulated, ids, now } = serving;
  const event = rejection(host.hostname, { ...refused, simulated }, now());
  const msgId = ids.of(refused.origin, "rejected");
  const unrecorded = await respond(serving, event, msgId, read(ReplyTo, refused.fields["reply_to"]));
  return unrecorded === undefined ? right(undefined) : left(unrecorded);
};

const nothing = async (): Promise<Either<Failure, void>> => right(undefined);

/** Checked, done, recorded, secured. What cannot be recorded is undone; what cannot be kept or secured is undone and refused. */
const admit = async (
  serving: Serving,
  decision: Extract<Decision<DeployEvent>, { kind: "verdict" }>,
): Promise<Answered> => {
  const { verdict, origin, fields } = decision;
  const { check = nothing, effect = nothing, secure = nothing, abandon = nothing } = verdict;
  const giveUp = async (failure: Failure): Promise<Answered> => {
    await abandon();
    return refuse(serving, { kind: "refusal", origin, fields, failure });
  };
  for (const step of [check, effect]) {
    const done = await step();
    if (isLeft(done)) return giveUp(done.left);
  }
  const msgId = serving.ids.of(origin, 1);
  const unrecorded = await respond(serving, verdict.answer, msgId, read(ReplyTo, fields["reply_to"]));
  if (unrecorded !== undefined) {
    await abandon();
    return left(unrecorded);
  }
  const secured = await secure();
  return isLeft(secured) ? giveUp(secured.left) : right(verdict.begin);
};

const answer = async (serving: Serving, decision: Decision<DeployEvent>): Promise<Answered> => {
  switch (decision.kind) {
    case "already taken":
      return right(undefined);
    case "refusal":
      return refuse(serving, decision);
    case "verdict":
      return admit(serving, decision);
  }
};

/** The log has the answer, so the work goes on without it; the request comes again and is then known as taken. */
const acknowledge = async ({ logger }: Serving, { seq, ack }: Delivery): Promise<void> => {
  try {
    await ack();
  } catch (thrown) {
    logger.warn({ seq, thrown: causeOf(thrown) }, "an acknowledgement was lost; the request will be delivered again");
  }
};

/** The answer may be in the log or on the disk already; nobody can tell now. */
const isOpen = (decision: Decision<DeployEvent>): decision is Extract<Decision<DeployEvent>, { kind: "refusal" }> =>
  decision.kind === "refusal" && decision.failure.code === "unreachable";

const answered: Outcome = { kind: "answered" };
const open: Outcome = { kind: "open" };

const handle = async (
  serving: Serving,
  dispatch: Dispatch<DeployEvent>,
  delivery: Delivery,
  newer: RequestId | undefined,
): Promise<Outcome> => {
  const stored = parseRequestSubject(delivery.subject);
  if (stored === undefined) return turnAway(delivery, "not a request subject");
  const { seq, atMs, body, attempt } = delivery;
  const vouched = serving.vouch({ ...delivery, ...stored });
  const decision = await dispatch({ ...stored, newer, seq, atMs, body, redelivered: attempt > 1, vouched });
  const told = isOpen(decision) ? left(decision.failure) : await answer(serving, decision);
  if (isLeft(told)) {
    const { code, message } = told.left;
    serving.logger.warn({ id: decision.origin.id, seq, code }, `request not answered: ${message}`);
    delivery.later(delayMs(attempt));
    return open;
  }
  vouched.answered?.();
  await acknowledge(serving, delivery);
  await told.right?.();
  return told.right === undefined ? answered : { kind: "taken", id: decision.origin.id };
};

const turnAway = ({ refuse: tell }: Delivery, reason: string): Outcome => {
  tell(reason);
  return answered;
};

/** The function that a host's work is handed to. A request in hand, or answered, is not taken up a second time. */
export const serve = (serving: Serving): Serve => {
  const inHand = new Set<number>();
  const once = answeredOnce<Outcome>(async (delivery) => {
    await acknowledge(serving, delivery);
    return answered;
  });
  return async (delivery, newer) => {
    const dispatch = serving.find(delivery.subject);
    if (dispatch === undefined) {
      serving.logger.error(
        { subject: delivery.subject, seq: delivery.seq },
        "refused a message that is not addressed to this host",
      );
      return turnAway(delivery, "not addressed to this host");
    }
    if (inHand.has(delivery.seq)) return open;
    inHand.add(delivery.seq);
    try {
      return await once(delivery, () => handle(serving, dispatch, delivery, newer));
    } catch (thrown) {
      // A port broke its promise not to throw. The request is not settled, so the log delivers it again.
      serving.logger.error({ seq: delivery.seq, thrown: causeOf(thrown) }, "a request was left unsettled");
      return open;
    } finally {
      inHand.delete(delivery.seq);
    }
  };
};
