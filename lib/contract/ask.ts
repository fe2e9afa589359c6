/**
 * What stands below `hd.ask`: a wish, which is a deployment that somebody asks a person for, and the word against one. Neither
 * does anything: a wish comes true only when a person sends the request in their own name, so that the subject stays the
 * authority. A wish binds to what was shown: the hosts, the action and the commit.
 */
import { type Either, isLeft, left, map } from "fp-ts/lib/Either.js";
import { list, toggle } from "./codec.ts";
import { HostName } from "./names.ts";
import { deploy } from "./routes/deploy.ts";
import { type Decoded, optional, required, struct } from "./struct.ts";
import { Commit, Reason, RequestId } from "./values.ts";

/** A wish that nobody answered within it has expired. */
export const wishLifeMs = 60 * 60_000;

/** A record may hold so many names. */
export const mostHosts = 2_000;

const { action, revision, reason, rollback, tolerate_units, replay_of, client, tool } = deploy.input.fields;

export const Wish = struct("wish", {
  id: required(RequestId, "the id that the request will have"),
  ...{ action, revision, rollback, tolerate_units, replay_of, reason, client, tool },
  commit: optional(Commit, "what the revision was when the wish was made, where that was known"),
  hosts: required(list(HostName, mostHosts), "every host that it is for, as it was shown"),
});
export type Wish = Decoded<typeof Wish.fields>;

export const Denial = struct("denial", {
  id: required(RequestId, "the wish's id"),
  denied: required(toggle("Denied"), "true: the wish is not to come true"),
  reason: optional(Reason, "why, for the history"),
});
export type Denial = Decoded<typeof Denial.fields>;

export type Ask = { readonly kind: "wish"; readonly wish: Wish } | { readonly kind: "denial"; readonly denial: Denial };

const isDenial = (value: unknown): boolean => typeof value === "object" && value !== null && "denied" in value;

/** Left: why it is neither, each as `field: must be …`. */
export const askBody = (value: unknown): Either<readonly string[], Ask> => {
  if (!isDenial(value)) return map((wish: Wish): Ask => ({ kind: "wish", wish }))(Wish.lenient(value));
  const denial = Denial.lenient(value);
  if (isLeft(denial)) return denial;
  return denial.right.denied
    ? map((one: Denial): Ask => ({ kind: "denial", denial: one }))(denial)
    : left(["denied: must be true"]);
};
