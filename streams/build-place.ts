/**
 * Whether a builder will take a request. The place that builders share hands over one request at a time, so one that waits may
 * wait behind another: which one is said by the log. A builder asks for more also while it builds, so where nobody does, nobody
 * is at what the log tells last, and the next builder begins it again.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { buildResponsesOf } from "../lib/contract/build-address.ts";
import { isBuildEnd } from "../lib/contract/values.ts";
import type { Bus, LogReader } from "../lib/router/ports.ts";
import { type BuildResponseRecord, readRecord } from "./records.ts";

export type BuilderSeen =
  /** The log keeps no place for builders, so nothing waits there. */
  | { readonly kind: "no place" }
  /** Nobody takes requests, and nobody is at one. */
  | { readonly kind: "away" }
  | { readonly kind: "free" }
  /** `at`: the newest that was said of what is built. */
  | { readonly kind: "busy"; readonly at: BuildResponseRecord };

export interface BuilderBus {
  readonly log: Pick<LogReader, "last">;
  readonly builder: Bus["builder"];
}

/** `undefined`: it cannot be told right now. */
export const seeBuilder = async ({ log, builder }: BuilderBus): Promise<BuilderSeen | undefined> => {
  const [place, last] = await Promise.all([builder()(), log.last(buildResponsesOf("*"))()]);
  if (isLeft(place) || isLeft(last)) return undefined;
  if (place.right === undefined) return { kind: "no place" };
  if (!place.right.present) return { kind: "away" };
  const newest = last.right && readRecord(last.right);
  const at = newest?.kind === "build response" && !isBuildEnd(newest.status) ? newest : undefined;
  return place.right.pending > 0 && at !== undefined ? { kind: "busy", at } : { kind: "free" };
};
