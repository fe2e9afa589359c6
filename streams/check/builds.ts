/** What of a log concerns builds, while it is read. Builders are asked for nothing that a host would have to answer for. */
import type { Requester } from "../../lib/contract/names.ts";
import { isBuildEnd } from "../../lib/contract/values.ts";
import type { BuildRequestRecord, BuildResponseRecord } from "../records.ts";
import type { Gatherer } from "./gather.ts";
import { doubled } from "./kinds.ts";

export interface Builds {
  /** Of each builder the newest request that it has ended. */
  readonly built: Map<Requester, number>;
  readonly found: Gatherer;
  readonly counts: {
    /** What is asked of builders, and what they say. */
    builds: number;
  };
}

/** Builders answer in the order in which they are asked, so an end of what is behind the newest one was told before. */
export const takeBuild = ({ built, found, counts }: Builds, record: BuildRequestRecord | BuildResponseRecord): void => {
  counts.builds += 1;
  if (record.kind === "build request" || !isBuildEnd(record.status)) return;
  const { builder, status, event, seq } = record;
  const { request_seq: asked = 0 } = event;
  if (asked > (built.get(builder) ?? 0)) built.set(builder, asked);
  else found.add(doubled, seq, () => ({ text: `${builder} ${status} of request ${asked}` }));
};
