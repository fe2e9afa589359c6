/**
 * Asks for the end of a deployment at its very address. What an assistant asked for itself it may end; of others' work outside
 * the tiers that need nobody's word, a person has to say so, and where none can be asked it is the person's to do.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { shortAddress, tierOf } from "../../../lib/contract/address.ts";
import { failure } from "../../../lib/contract/failure.ts";
import type { RequestRecord } from "../../../streams/records.ts";
import { hostsAt, tiersOfHost } from "../../../streams/roster.ts";
import { askedCancels } from "../../cancel/asked.ts";
import { watchedOf } from "../../follow/watched.ts";
import { oneLine } from "../../print/one-line.ts";
import { sendAll } from "../../work/send-all.ts";
import { outside } from "../policy.ts";
import type { Identity, ToolContext, ToolFailure } from "../tool.ts";
import type { Outcome } from "./outcome.ts";
import { watch } from "./watch.ts";

type Answer<A> = Promise<Either<ToolFailure, A>>;

/** How long the hosts have to answer; one that builds ends within it. */
const answerMs = 10_000;

const isOwn = ({ requester, body }: RequestRecord, identity: Identity): boolean => {
  const behalf = body._tag === "Right" && body.right.route === "deploy" ? body.right.input.on_behalf_of : undefined;
  return requester === identity.requester || behalf === identity.requester;
};

/** The person has a key and a name of their own, so the options of this connection are no part of the command. */
const refused = ({ id }: RequestRecord, why: string): ToolFailure => ({
  ...failure("unauthorized", `Request ${id} was not cancelled: ${why}.`),
  hint: `The person can do it: hd cancel ${id}`,
});

const outsideOf = async ({ address }: RequestRecord, { identity, options }: ToolContext): Answer<readonly string[]> => {
  const enrolled = await identity.bus.roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const hosts = hostsAt(enrolled.right, address).flatMap(tiersOfHost);
  return right(outside({ tiers: [tierOf(address), ...hosts], unconfirmed: options.unconfirmed }));
};

/** Whose key asks for it. Left: nobody may. */
const canceller = async (request: RequestRecord, context: ToolContext): Answer<Identity> => {
  const { identity, admin, client, tool } = context;
  const tiers = await outsideOf(request, context);
  if (isLeft(tiers)) return tiers;
  const other = tiers.right.length === 0 ? undefined : await admin?.();
  if (other !== undefined && isLeft(other)) return other;
  const own = other?.right ?? identity;
  if (tiers.right.length === 0 || isOwn(request, own)) return right(own);
  const place = shortAddress(request.address);
  const text = `${oneLine(client, 100)} asks (${tool}) to cancel request ${request.id} of ${request.requester} on ${place}`;
  const answer = await context.confirm(text, `cancel ${place}`);
  if (answer === "accepted") return right(own);
  return left(refused(request, answer === "declined" ? "the person declined" : "a person has to say so"));
};

export const cancelDeployment = async (
  request: RequestRecord,
  reason: string | undefined,
  context: ToolContext,
): Answer<Outcome> => {
  const { identity, options } = context;
  const { repeated } = options;
  const enrolled = await identity.bus.roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  // Nobody is asked about what has ended.
  const about = { log: identity.bus.log, enrolled: enrolled.right, repeated, reason };
  const asked = await askedCancels(about, [request.id]);
  if (isLeft(asked)) return asked;
  const own = await canceller(request, context);
  if (isLeft(own)) return own;
  const { requester, bus } = own.right;
  const sent = await sendAll({ log: bus.log, requester, repeated, live: undefined }, asked.right);
  if (isLeft(sent)) return sent;
  const one = watchedOf(request, hostsAt(enrolled.right, request.address), repeated);
  return right(await watch(own.right, context, [one], answerMs));
};
