/** What can be asked of the history, in the words of whoever asks: of the command line and of the tool of an assistant. */
import { left, right } from "fp-ts/lib/Either.js";
import { choice, read } from "../../lib/contract/codec.ts";
import { HostName, Tier } from "../../lib/contract/names.ts";
import type { HistoryQuery } from "../../streams/history-query.ts";
import type { ArgType } from "../args/arg-type.ts";

export const RowStatus = choice("RowStatus", [
  "accepted",
  "rejected",
  "started",
  "completed",
  "failed",
  "applied",
  "waiting",
  "asked",
  "denied",
  "unreadable",
]);

/** What can be asked for, control of other requests too. */
export const Asked = choice("Asked", ["switch", "boot", "test", "dry-activate", "cancel", "freeze", "unfreeze"]);

export interface HostPlace {
  readonly host: HostName;
  readonly tier: Tier | undefined;
}

/** A host as it is called, or as the history shows it. */
export const placeArg: ArgType<HostPlace> = {
  name: "host",
  parse: (text) => {
    const [name, tier] = text.split("/").reverse();
    const [host, inTier] = [read(HostName, name), read(Tier, tier)];
    const isWrong = host === undefined || (tier !== undefined && inTier === undefined) || text.split("/").length > 2;
    return isWrong ? left("must be a host such as web1 or prod/web1") : right({ host, tier: inTier });
  },
};

/** Why no record can be what is asked for. `dashes`: what stands before the names of options. */
export const contradiction = (
  { sinceMs = 0, untilMs = Number.POSITIVE_INFINITY, tier }: HistoryQuery,
  place: HostPlace | undefined,
  dashes: string,
): string | undefined => {
  if (place?.tier !== undefined && tier !== place.tier)
    return `${dashes}host and ${dashes}tier name two tiers, ${place.tier} and ${tier}.`;
  return sinceMs >= untilMs ? `${dashes}since is not before ${dashes}until; turn them round.` : undefined;
};
