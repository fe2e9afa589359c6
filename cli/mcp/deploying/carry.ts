/**
 * The one way from what an assistant wants to the log: the same that goes on already is watched, what needs no person's word is
 * sent, for what does a person is asked, and where nobody can be asked it is stored as a wish. See policy.ts for what decides.
 */
import { type Either, isLeft, left, right, sequenceArray } from "fp-ts/lib/Either.js";
import { read } from "../../../lib/contract/codec.ts";
import { failure } from "../../../lib/contract/failure.ts";
import { Confirmed, Revision } from "../../../lib/contract/values.ts";
import type { Watched } from "../../follow/watched.ts";
import { names } from "../../print/names.ts";
import type { Order } from "../../work/order.ts";
import { sendAll } from "../../work/send-all.ts";
import { type Decision, decide, needsWord, outside, type Question } from "../policy.ts";
import type { Confirmation, Identity, ToolContext, ToolFailure } from "../tool.ts";
import { goesOnAs, wishedAs } from "./again.ts";
import { type Again, isOpen, kept, keptDeclined } from "./keep.ts";
import { lookups } from "./lookups.ts";
import type { Outcome } from "./outcome.ts";
import { phraseOf, planText } from "./plan-text.ts";
import { stillSo } from "./still.ts";
import { tiersOf, type Wanted } from "./wanted.ts";
import { watch } from "./watch.ts";
import { wishedFor } from "./wished-for.ts";

type Answer<A> = Promise<Either<ToolFailure, A>>;

export interface Carrying {
  /** Who sends it, if it is sent. */
  readonly identity: Identity;
  readonly context: ToolContext;
  readonly sendsEverywhere: boolean;
  readonly isOther: boolean;
  readonly watchMs: number;
}

/** All at once, because each waits for the log or for git; of several failures the first in their order counts. */
const each = async <A, B>(all: readonly A[], make: (one: A) => Answer<B>): Answer<readonly B[]> =>
  sequenceArray(await Promise.all(all.map(make)));

/** Every one of them does; if one does not, all are asked for anew, and a host refuses what it is at. */
const goesOn = async (
  { identity, context }: Carrying,
  all: readonly Wanted[],
): Answer<readonly Watched[] | undefined> => {
  const how = { repeated: context.options.repeated, nowMs: context.now() };
  const found = await each(all, (wanted) => goesOnAs(identity, wanted, how));
  if (isLeft(found)) return found;
  const running = found.right.filter((one) => one !== undefined);
  return right(running.length === all.length ? running : undefined);
};

const givenUp: ToolFailure = failure("cancelled", "Nothing was sent: the call was given up.");

/** Why nothing may be sent or stored now. */
const hindered = ({ spend, signal }: ToolContext, count: number): ToolFailure | undefined => {
  if (signal.aborted) return givenUp;
  return Array.from({ length: count }).reduce<ToolFailure | undefined>((none) => none ?? spend(), undefined);
};

const send = async ({ identity, context, watchMs }: Carrying, orders: readonly Order[]): Answer<Outcome> => {
  const why = hindered(context, orders.length);
  if (why !== undefined) return left(why);
  const { requester, bus } = identity;
  const { repeated } = context.options;
  const sent = await sendAll({ log: bus.log, requester, repeated, live: bus.live }, orders);
  return isLeft(sent) ? sent : right(await watch(identity, context, sent.right, watchMs));
};

const confirmedBy = read(Confirmed, "elicitation");

/** What was shown is what is sent: where the commit is known, that. A wish that waits comes true by it. */
const asShown = ({ order, commit, before }: Again): Order => {
  const revision = read(Revision, commit) ?? order.body.input.revision;
  const confirmed = confirmedBy === undefined ? {} : { confirmed: confirmedBy };
  const id = before?.kind === "open" ? { id: before.wish.wish.id } : {};
  return { ...order, ...id, body: { route: "deploy", input: { ...order.body.input, revision, ...confirmed } } };
};

/** The word is about what was shown, so that is looked at again first. */
const sendShown = async (carrying: Carrying, all: readonly Again[]): Answer<Outcome> => {
  const still = await stillSo(carrying.identity, all, carrying.context.now());
  return isLeft(still) ? still : send(carrying, all.map(asShown));
};

const store = async ({ identity, context }: Carrying, all: readonly Again[]): Answer<Outcome> => {
  const why = hindered(context, all.filter((one) => !isOpen(one)).length);
  if (why !== undefined) return left(why);
  const wishes = await kept(identity, all, context.now());
  return isLeft(wishes) ? wishes : right(wishedFor(wishes.right, "awaiting_approval"));
};

type Refusal = Extract<Decision, { kind: "refuse" }>["why"];

const refusals: Readonly<Record<Refusal, (where: string) => ToolFailure>> = {
  elsewhere: (where) => ({
    ...failure("unauthorized", `Nothing was sent: this tool does not deploy in ${where}.`),
    hint: "deploy_admin does; the person is asked there.",
  }),
  denied: (where) => ({
    ...failure("cancelled", `Nothing was sent: the same in ${where} was denied or taken back within the last hour.`),
    hint: "Do not ask again. The person can deploy it, or say what should be different.",
  }),
  declined: (where) => ({
    ...failure("cancelled", `Nothing was sent: the person declined to deploy in ${where}.`),
    hint: "That is final. Ask the person what should be different.",
  }),
};

/** With its commit, where somebody can say which that is, and what was wished for before. */
const againOf = async (
  { identity, context }: Carrying,
  wanted: Wanted,
  commitOf: ReturnType<typeof lookups>,
): Answer<Again> => {
  const now = await commitOf(wanted);
  if (isLeft(now)) return now;
  const bound = { ...wanted, commit: now.right };
  const before = await wishedAs(identity, bound, context.now());
  return isLeft(before) ? before : right({ ...bound, before: before.right });
};

/** Who does not answer within the call can still approve the wish. */
const asked = ({ identity, context }: Carrying, all: readonly Wanted[], question: Question): Promise<Confirmation> => {
  const { client, tool } = context;
  const text = planText(all, { client, tool, requester: identity.requester });
  return context.confirm(text, phraseOf(all, outside(question)));
};

const refuse = async (carrying: Carrying, all: readonly Again[], why: Refusal, where: string): Answer<never> => {
  const { identity, context } = carrying;
  const done = why === "declined" ? await keptDeclined(identity, all, context) : right([]);
  return isLeft(done) ? done : left(refusals[why](where));
};

type Tiers = Pick<Question, "tiers" | "unconfirmed">;

const withWord = async (carrying: Carrying, wanted: readonly Wanted[], tiers: Tiers): Answer<Outcome> => {
  const commitOf = lookups(carrying.context);
  const found = await each(wanted, (one) => againOf(carrying, one, commitOf));
  if (isLeft(found)) return found;
  const all = found.right;
  const { sendsEverywhere, isOther } = carrying;
  const isDenied = all.some(({ before }) => before?.kind === "denied");
  const isBound = all.every(({ commit }) => commit !== undefined);
  const question: Question = { ...tiers, sendsEverywhere, isOther, isBound, isDenied };
  const first = decide(question);
  const decision = first.kind === "ask" ? decide(question, await asked(carrying, all, question)) : first;
  if (decision.kind === "go") return sendShown(carrying, all);
  if (decision.kind === "refuse") return refuse(carrying, all, decision.why, names(outside(question)));
  return store(carrying, all);
};

export const carry = async (carrying: Carrying, all: readonly Wanted[]): Answer<Outcome> => {
  const { identity, context, watchMs } = carrying;
  const running = await goesOn(carrying, all);
  if (isLeft(running)) return running;
  if (running.right !== undefined) return right(await watch(identity, context, running.right, watchMs));
  const tiers = { tiers: tiersOf(all), unconfirmed: context.options.unconfirmed };
  const orders = all.map(({ order }) => order);
  return needsWord(tiers) ? withWord(carrying, all, tiers) : send(carrying, orders);
};
