/** What a tool answers of wishes: how they stand, and what a person has to type to say a word. */
import { shortAddress } from "../../../lib/contract/address.ts";
import type { WishRecord, WishWord } from "../../../streams/wishes.ts";
import { names } from "../../print/names.ts";
import { declinedIn } from "./keep.ts";
import { mostNamed, type Outcome, shortCounts, waitsFor } from "./outcome.ts";

const nextOf = (ids: readonly string[], unbound: boolean): string => {
  // Without the options of this connection: whoever approves does so with a key and a name of their own.
  const say = `hd approve ${ids.length > mostNamed ? "<each id>" : ids.join(" ")}`;
  const commit = unbound
    ? " No commit is known for the revision, so that needs --flake-url; or ask again with a commit of 40 digits."
    : "";
  return `Nothing was sent. Tell the person to run within the hour: ${say}.${commit} Then ${waitsFor(ids)}. You cannot approve it.`;
};

/** How the word against a wish stands in the log. */
type Denied = Pick<Extract<WishWord, { kind: "denied" }>, "kind" | "by" | "reason">;
export type Waiting = "awaiting_approval" | "expired" | Denied;

const different = "Do not ask again; ask the person what should be different.";

/** What a person declines in a form, the key of the assistant writes: see keptDeclined. */
const deniedText = ({ by, reason = "" }: Denied, wishes: readonly WishRecord[]): string => {
  if (wishes.some(({ requester }) => requester !== by)) return `${by} denied it. ${different}`;
  return reason.startsWith(declinedIn) ? `It was declined in the form. ${different}` : "It was taken back.";
};

const nextFor = (wishes: readonly WishRecord[], state: Waiting): string => {
  if (state === "expired")
    return "Nobody approved it within the hour. Ask the person whether it is still wanted, then ask again.";
  if (state !== "awaiting_approval") return deniedText(state, wishes);
  return nextOf(
    wishes.map(({ wish }) => wish.id),
    wishes.some(({ wish }) => wish.commit === undefined),
  );
};

export const wishedFor = (wishes: readonly WishRecord[], state: Waiting): Outcome => ({
  state: typeof state === "string" ? state : state.kind,
  deployments: wishes.map(({ address, wish }) => ({
    ...{ id: wish.id, target: shortAddress(address), hosts: [], left_out: 0 },
    counts: shortCounts(`nothing was sent to ${names(wish.hosts, 10)}`, wishes.length),
  })),
  next: nextFor(wishes, state),
});
