/** What a tool answers of wishes: how they stand, and what a person has to type to say a word. */
import { shortAddress } from "../../../lib/contract/address.ts";
import type { WishRecord } from "../../../streams/wishes.ts";
import { names } from "../../print/names.ts";
import { mostNamed, type Outcome, shortCounts, waitsFor } from "./outcome.ts";

const nextOf = (ids: readonly string[], unbound: boolean): string => {
  // Without the options of this connection: whoever approves does so with a key and a name of their own.
  const say = `hd approve ${ids.length > mostNamed ? "<each id>" : ids.join(" ")}`;
  const commit = unbound
    ? " No commit is known for the revision, so that needs --flake-url; or ask again with a commit of 40 digits."
    : "";
  return `Nothing was sent. Tell the person to run within the hour: ${say}.${commit} Then ${waitsFor(ids)}. You cannot approve it.`;
};

const ends: Readonly<Record<"denied" | "expired", string>> = {
  denied: "A person denied it. Do not ask again; ask the person what should be different.",
  expired: "Nobody approved it within the hour. Ask the person whether it is still wanted, then ask again.",
};

export const wishedFor = (
  wishes: readonly WishRecord[],
  state: "awaiting_approval" | "denied" | "expired",
): Outcome => ({
  state,
  deployments: wishes.map(({ address, wish }) => ({
    ...{ id: wish.id, target: shortAddress(address), hosts: [], left_out: 0 },
    counts: shortCounts(`nothing was sent to ${names(wish.hosts, 10)}`, wishes.length),
  })),
  next:
    state === "awaiting_approval"
      ? nextOf(
          wishes.map(({ wish }) => wish.id),
          wishes.some(({ wish }) => wish.commit === undefined),
        )
      : ends[state],
});
