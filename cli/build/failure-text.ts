/** What failed of a build, told whole: what happened, the last lines of the output, and where to read on. */
import type { HostBuild } from "../../streams/build-progress.ts";
import { explained } from "../follow/explained.ts";
import { tailText } from "../follow/tail-text.ts";
import { byText } from "../print/by-text.ts";
import { indent } from "../print/indent.ts";
import type { Paint } from "../print/paint.ts";
import { buildTarget, type ObservedBuild } from "./watched.ts";

/** As many lines as fit a screen; `hd show` has all that the record carries. */
const tailLines = 15;

/** More at once help nobody. */
const mostHosts = 10;

const failedHosts = ({ result }: ObservedBuild): readonly HostBuild[] =>
  [...result.progress.hosts.values()]
    .filter(({ outcome }) => outcome === "failed")
    .sort((a, b) => byText(a.host, b.host));

const hostText = ({ host, error, message = "", tail }: HostBuild, paint: Paint): string =>
  [
    paint.red(`${host} failed: ${explained(error)}`),
    ...(message === "" ? [] : [indent(message, "  ")]),
    ...tailText(tail, tailLines),
    "",
  ].join("\n");

/** Of a build that failed as a whole, before or beside its hosts. */
const wholeText = (observed: ObservedBuild, paint: Paint): readonly string[] => {
  const { newest } = observed.result.progress;
  if (newest === undefined) return [];
  const { status, event } = newest;
  const where = event.phase == null ? "" : ` in ${event.phase}`;
  return [
    paint.red(`${buildTarget(observed)} ${status}${where}: ${explained(event.error)}`),
    indent(event.message, "  "),
    ...tailText(event.log_tail, tailLines),
  ];
};

/** Empty where nothing failed. */
export const buildFailureText = (observed: ObservedBuild, paint: Paint): string => {
  const { request, repeated, result } = observed;
  const { ended, newest } = result.progress;
  if (!ended || newest?.status === "completed") return "";
  const failed = failedHosts(observed);
  const more = failed.length > mostHosts ? [`and ${failed.length - mostHosts} more hosts failed`] : [];
  return [
    ...failed.slice(0, mostHosts).map((host) => hostText(host, paint)),
    ...(failed.length === 0 ? wholeText(observed, paint) : []),
    ...more,
    `  details: hd show ${request.id}${repeated}`,
    "",
  ].join("\n");
};
