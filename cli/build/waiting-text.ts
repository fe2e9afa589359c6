/** What becomes of a build that nobody has taken yet. */
import type { BuilderSeen } from "../../streams/build-place.ts";
import { clock } from "../print/age.ts";
import { duration } from "../print/duration.ts";
import { behindText } from "./watched.ts";

/** A clause. Builders take what waits one by one, in the order of the log. */
export const buildWaits = (expiresAtMs: number | undefined, nowMs: number): string => {
  if (expiresAtMs === undefined) return "the request waits in the log until a builder takes it";
  if (expiresAtMs <= nowMs) return "the request has expired, so a builder that reads it rejects it";
  return `the request waits in the log for ${duration(expiresAtMs - nowMs)} (until ${clock(expiresAtMs)}); a builder that comes takes what waits in its order`;
};

/** What there is to say of builders at once, as a clause; `undefined`: one will take the request. */
export const builderText = (seen: BuilderSeen | undefined): string | undefined => {
  if (seen?.kind === "away") return "no builder is there";
  return seen?.kind === "busy" ? `waits behind ${behindText(seen.at)}` : undefined;
};
