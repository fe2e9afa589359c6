/**
 * What was asked for before and is the same: by whom a call is repeated (a model after a timeout, a client after a lost answer)
 * it is to get the same deployment, and what a person declined is not to be asked again at once. Read from the log, so that a
 * server that was restarted knows it too.
 */
import { type Either, isLeft, isRight, map, right } from "fp-ts/lib/Either.js";
import { asksOf, requestSubject } from "../../../lib/contract/address.ts";
import { wishLifeMs } from "../../../lib/contract/ask.ts";
import type { Failure } from "../../../lib/contract/failure.ts";
import { advance, expecting, settled } from "../../../streams/progress.ts";
import { type RequestRecord, readRecord } from "../../../streams/records.ts";
import { shownOf } from "../../../streams/show.ts";
import { type WishRecord, type WishState, wishState, youngWishes } from "../../../streams/wishes.ts";
import { type Watched, watchedOf } from "../../follow/watched.ts";
import type { Identity } from "../tool.ts";
import type { Wanted } from "./wanted.ts";

type Manner = Pick<Wanted["order"]["body"]["input"], "action" | "rollback" | "tolerate_units" | "replay_of">;

/** All but where and what: a repeated deployment may have been another in how it is done. */
const sameManner = (one: Manner, other: Manner): boolean =>
  one.action === other.action &&
  one.replay_of === other.replay_of &&
  one.rollback === other.rollback &&
  one.tolerate_units.join() === other.tolerate_units.join();

const sameBody = ({ order, commit }: Wanted, { body }: RequestRecord): boolean => {
  if (isLeft(body) || body.right.route !== "deploy") return false;
  const [{ input: want }, { input: has }] = [order.body, body.right];
  return sameManner(want, has) && (has.revision === want.revision || `${has.revision}` === commit);
};

const isLate = ({ body, atMs }: RequestRecord, nowMs: number): boolean => {
  const expiry = isRight(body) && body.right.route === "deploy" ? body.right.input.expires_at : undefined;
  return nowMs > (expiry === undefined ? atMs + wishLifeMs : Date.parse(expiry));
};

interface How {
  /** The options of the connection, for commands that are named. */
  readonly repeated: string;
  readonly nowMs: number;
}

/** `undefined`: it is over. */
const going = async (
  { bus: { log } }: Identity,
  { order: { hosts } }: Wanted,
  request: RequestRecord,
  { repeated, nowMs }: How,
): Promise<Either<Failure, Watched | undefined>> => {
  const shown = await shownOf(log, hosts, request)();
  if (isLeft(shown)) return shown;
  const { responses } = shown.right;
  const isOver =
    settled(responses.reduce(advance, expecting(hosts))) || (responses.length === 0 && isLate(request, nowMs));
  return right(isOver ? undefined : watchedOf(request, hosts, repeated));
};

/** The newest request of ours to this address, if it is the same. */
const ownAs = async ({ requester, bus: { log } }: Identity, wanted: Wanted) => {
  const last = await log.last(requestSubject(requester, wanted.order.address))();
  return map((stored: typeof last extends Either<Failure, infer A> ? A : never) => {
    const record = stored && readRecord(stored);
    return record?.kind === "request" && sameBody(wanted, record) ? record : undefined;
  })(last);
};

/** The newest request that came of a wish of ours and is the same. */
const grantedAs = async (identity: Identity, wanted: Wanted, nowMs: number) => {
  const wished = await wishedAs(identity, wanted, nowMs);
  return map((before: Before | undefined) => (before?.kind === "sent" ? before.request : undefined))(wished);
};

/** The same, sent by us or approved by a person, if it goes on. */
export const goesOnAs = async (
  identity: Identity,
  wanted: Wanted,
  how: How,
): Promise<Either<Failure, Watched | undefined>> => {
  for (const find of [ownAs, grantedAs]) {
    const request = await find(identity, wanted, how.nowMs);
    if (isLeft(request)) return request;
    const found = request.right === undefined ? right(undefined) : await going(identity, wanted, request.right, how);
    if (isLeft(found) || found.right !== undefined) return found;
  }
  return right(undefined);
};

const sameHosts = (names: readonly string[], { order: { hosts } }: Wanted): boolean =>
  names.length === hosts.length && hosts.every(({ hostname }) => names.includes(hostname));

const sameRevision = ({ order, commit }: Wanted, { wish }: WishRecord): boolean =>
  wish.commit === undefined || commit === undefined
    ? wish.revision === order.body.input.revision
    : wish.commit === commit;

/**
 * What a person declined covers each of its hosts, and every revision that may be the same commit by another spelling: where
 * either is not known, it is taken for that.
 */
const coveredBy = ({ order, commit }: Wanted, { wish }: WishRecord): boolean => {
  const maybeSame = wish.commit === undefined || commit === undefined || wish.commit === commit;
  const overlaps = order.hosts.some(({ hostname }) => wish.hosts.includes(hostname));
  return wish.action === order.body.input.action && maybeSame && overlaps;
};

/** Whatever was not shown with a wish does not come true by it. */
const sameWish = (wanted: Wanted, one: WishRecord): boolean =>
  wanted.order.address === one.address &&
  sameHosts(one.wish.hosts, wanted) &&
  sameRevision(wanted, one) &&
  sameManner(wanted.order.body.input, one.wish);

/** A wish of ours that is the same and has not expired. */
export type Before =
  | { readonly kind: "open" | "denied"; readonly wish: WishRecord }
  | { readonly kind: "sent"; readonly request: RequestRecord };

const beforeOf = (wish: WishRecord, state: WishState): Before | undefined => {
  if (state.kind === "sent") return { kind: "sent", request: state.request };
  return state.kind === "expired" ? undefined : { kind: state.kind, wish };
};

/** One that was denied, at whatever address and for whichever of the hosts; without such, the newest at this one. */
export const wishedAs = async (
  { requester, bus: { log } }: Identity,
  wanted: Wanted,
  nowMs: number,
): Promise<Either<Failure, Before | undefined>> => {
  const wishes = await youngWishes(log, nowMs, asksOf(requester))();
  if (isLeft(wishes)) return wishes;
  let newest: Before | undefined;
  for (const wish of wishes.right.filter((one) => coveredBy(wanted, one))) {
    const state = await wishState(log, wish, nowMs)();
    if (isLeft(state)) return state;
    const before = beforeOf(wish, state.right);
    if (before?.kind === "denied") return right(before);
    if (sameWish(wanted, wish)) newest = before ?? newest;
  }
  return right(newest);
};
