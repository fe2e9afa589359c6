/** One deployment by its id: the request, with all that came of it. One that is not there is refused with ids that are. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { HostName } from "../../lib/contract/names.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import type { Bus, Enrolled } from "../../lib/router/ports.ts";
import { history } from "../../streams/history.ts";
import type { ResponseRecord } from "../../streams/records.ts";
import { hostsAt } from "../../streams/roster.ts";
import { type Sought, seekRequest } from "../../streams/seek-request.ts";
import { type Shown, shownOf } from "../../streams/show.ts";
import { byText } from "../print/by-text.ts";
import { notFound } from "../work/not-found.ts";
import type { ToolFailure } from "./tool.ts";

/** A host that the request means, with what it said; nothing: it has not answered. */
export interface HostPart {
  readonly host: HostName;
  readonly enrolled: Enrolled | undefined;
  /** In the order of the log. */
  readonly records: readonly ResponseRecord[];
}

export interface Deployment extends Shown {
  readonly parts: readonly HostPart[];
}

const partsOf = ({ request, responses }: Shown, enrolled: readonly Enrolled[]): readonly HostPart[] => {
  const places = new Map(enrolled.map((one) => [one.hostname, one]));
  const names = new Set([
    ...hostsAt(enrolled, request.address).map(({ hostname }) => hostname),
    ...responses.map(({ host }) => host),
  ]);
  return [...names]
    .sort(byText)
    .map((host) => ({ host, enrolled: places.get(host), records: responses.filter((one) => one.host === host) }));
};

const newestIds = 5;

const noSuch = async (
  { log }: Pick<Bus, "log">,
  id: RequestId,
  repeated: string,
  sought: Sought,
): Promise<ToolFailure> => {
  const page = await history(log)({ limit: 4 * newestIds })();
  const ids = isLeft(page) ? [] : page.right.rows.flatMap((row) => row.id ?? []);
  return {
    ...notFound(id, repeated, sought),
    hint:
      sought.build === undefined
        ? "deployments_list has the ids, newest first; known are those of the newest."
        : "deployment_wait tells how a build stands; known are the newest deployments.",
    known: [...new Set(ids)].slice(0, newestIds),
  };
};

export const deploymentBy = async (
  bus: Bus,
  { id, scan }: { readonly id: RequestId; readonly scan: boolean },
  repeated: string,
): Promise<Either<ToolFailure, Deployment>> => {
  const enrolled = await bus.roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const sought = await seekRequest(bus.log, id, scan ? Number.POSITIVE_INFINITY : undefined)();
  if (isLeft(sought)) return sought;
  const { request } = sought.right;
  if (request === undefined) return left(await noSuch(bus, id, repeated, sought.right));
  const shown = await shownOf(bus.log, enrolled.right, request)();
  return isLeft(shown) ? shown : right({ ...shown.right, parts: partsOf(shown.right, enrolled.right) });
};
