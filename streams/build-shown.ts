/** All that the log holds about one build: what builders said of it, in the order of the log. */
import { type Either, map } from "fp-ts/lib/Either.js";
import { buildResponsesOf } from "../lib/contract/build-address.ts";
import type { Failure } from "../lib/contract/failure.ts";
import type { LogReader } from "../lib/router/ports.ts";
import { advanceBuild, type BuildProgress, isResponseTo, unanswered } from "./build-progress.ts";
import { logCursor, readOn } from "./log-cursor.ts";
import { type BuildRequestRecord, type BuildResponseRecord, readRecord } from "./records.ts";

export interface ShownBuild {
  readonly request: BuildRequestRecord;
  readonly responses: readonly BuildResponseRecord[];
  readonly progress: BuildProgress;
}

/** Reads on until the build has ended, or to the end of the log. */
export const shownBuild = async (
  log: Pick<LogReader, "range">,
  request: BuildRequestRecord,
): Promise<Either<Failure, ShownBuild>> => {
  const onward = { from: request.seq + 1, to: Number.POSITIVE_INFINITY };
  const responses: BuildResponseRecord[] = [];
  let progress = unanswered;
  const read = await readOn(logCursor(log, buildResponsesOf("*"), onward), (stored) => {
    const record = readRecord(stored);
    if (record.kind === "build response" && isResponseTo(record, request)) {
      responses.push(record);
      progress = advanceBuild(progress, record);
    }
    return !progress.ended;
  });
  return map(() => ({ request, responses, progress }))(read);
};
