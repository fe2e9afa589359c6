/**
 * From a wish to the order that makes it true, if it still means what was shown: the same hosts behind its address, the same
 * commit. Whatever differs refuses, because the person who asked and the one who approves have to speak of the same thing.
 */
import { type Either, isLeft, left, map, right } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../lib/contract/address.ts";
import { read } from "../../lib/contract/codec.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { deploy as route } from "../../lib/contract/routes/deploy.ts";
import { Commit, instant } from "../../lib/contract/values.ts";
import { checked } from "../../lib/router/call.ts";
import type { Enrolled } from "../../lib/router/ports.ts";
import { hostsAt } from "../../streams/roster.ts";
import type { WishRecord } from "../../streams/wishes.ts";
import { names } from "../print/names.ts";
import { type Order, orderFor } from "../work/order.ts";
import { stateText, type Told } from "./wish-text.ts";

const refuse = (
  code: "too_late" | "expired" | "invalid_revision",
  { wish: { id } }: WishRecord,
  why: string,
): Failure => failure(code, `Nothing was sent: wish ${id} ${why}.`);

/** `undefined`: a word may still be said. */
export const isOver = ({ wish, state }: Told): Failure | undefined => {
  if (state.kind === "open") return undefined;
  const said = stateText({ wish, state });
  if (state.kind === "expired") return refuse("expired", wish, `has expired: ${said}. It has to be made again`);
  const why = state.kind === "sent" ? `has come true: ${said}` : `was ${said}. It has to be made again`;
  return refuse("too_late", wish, why);
};

/** A host that left, or one that came: either way it is not what was shown. */
const others = (record: WishRecord, enrolled: readonly Enrolled[]): Failure | undefined => {
  const now = hostsAt(enrolled, record.address).map(({ hostname }) => hostname);
  const gone = record.wish.hosts.filter((host) => !now.includes(host));
  const come = now.filter((host) => !record.wish.hosts.includes(host));
  if (gone.length + come.length === 0) return undefined;
  const place = shortAddress(record.address);
  const clauses = [
    ...(come.length === 0 ? [] : [`${names(come)} came to it`]),
    ...(gone.length === 0 ? [] : [`${names(gone)} left it`]),
  ];
  return refuse(
    "too_late",
    record,
    `was for other hosts of ${place} than there are now: ${clauses.join(", ")}. It has to be made again`,
  );
};

/** `now`: what the revision is by the repository, where somebody looked. */
export const commitOf = (record: WishRecord, now: Commit | undefined): Either<Failure, Commit> => {
  const { revision, commit } = record.wish;
  const shown = commit ?? read(Commit, revision);
  if (shown !== undefined && now !== undefined && shown !== now)
    return left(
      refuse("too_late", record, `was for ${revision} at ${shown}, and it is at ${now} now. It has to be made again`),
    );
  const bound = shown ?? now;
  if (bound !== undefined) return right(bound);
  const why = `is for ${revision}, and which commit that was nobody could say when it was made`;
  return left(
    refuse(
      "invalid_revision",
      record,
      `${why}. Have it looked up with --flake-url, or have the wish made again with a commit`,
    ),
  );
};

export const orderOf = (
  record: WishRecord,
  commit: Commit,
  enrolled: readonly Enrolled[],
  expiresAtMs: number,
): Either<Failure, Order> => {
  const changed = others(record, enrolled);
  if (changed !== undefined) return left(changed);
  const { id, revision: _, commit: __, hosts: ___, ...wished } = record.wish;
  const input = checked(route, {
    ...wished,
    revision: commit,
    on_behalf_of: record.requester,
    expires_at: instant(expiresAtMs),
  });
  const meant = { address: record.address, hosts: hostsAt(enrolled, record.address) };
  if (isLeft(input)) return input;
  return map((body: typeof input.right): Order => ({ ...orderFor(meant, body, { overrideFreeze: false }), id }))(input);
};
