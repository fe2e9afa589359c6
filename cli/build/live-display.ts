/**
 * The live picture of builds: see cli/follow/picture.ts. Hosts that are not known to be meant are drawn once they are done; how
 * many there are a builder says before.
 */
import type { CliEnv } from "../env.ts";
import type { FrameHost } from "../follow/frame.ts";
import { type Pictured, picture } from "../follow/picture.ts";
import { stalledText } from "../follow/step-lines.ts";
import { firstLine, type Step } from "../follow/watched.ts";
import { type BuildDisplay, buildStepOf } from "./display.ts";
import { buildTarget, expectedHosts, type WatchedBuild } from "./watched.ts";

const keyOf = ({ request }: WatchedBuild, host: string): string => `${request.seq} ${host}`;

const nameOf = ({ request }: WatchedBuild, host: string, several: boolean): string =>
  several ? `${request.address.repo}/${host}` : host;

const waiting = (all: readonly WatchedBuild[], sinceMs: number): Map<string, FrameHost> =>
  new Map(
    all.flatMap((watched) =>
      expectedHosts(watched).map((host) => {
        const name = nameOf(watched, host, all.length > 1);
        return [keyOf(watched, host), { name, word: "waiting", message: "", sinceMs }] as const;
      }),
    ),
  );

const isDone = ({ word }: FrameHost): boolean => word === "built" || word === "failed" || word === "skipped";

/** What the build is at, its hosts are at that are not done. */
const allAt = ({ hosts }: Pictured, { key, word, message, atMs }: Step<unknown>): void => {
  for (const [one, host] of hosts) {
    if (one.startsWith(key) && !isDone(host)) hosts.set(one, { ...host, word, message, sinceMs: atMs });
  }
};

export const liveDisplay = (cli: CliEnv, all: readonly WatchedBuild[]): BuildDisplay => {
  const title = all.map(buildTarget).join(" ");
  const pictured: Pictured = {
    ...{ title, hosts: waiting(all, cli.now()) },
    ...{ total: undefined, simulated: false, note: undefined },
  };
  const totals = new Map<WatchedBuild, number>(all.map((watched) => [watched, expectedHosts(watched).length]));
  const { changed, close } = picture(cli, pictured);
  return {
    show: (watched, event) => {
      changed();
      pictured.note = event.kind === "stalled" ? stalledText(event.failure.message) : undefined;
      if (event.kind === "stalled") return;
      const step = buildStepOf(watched, event, cli.now());
      pictured.simulated ||= step.simulated;
      if (event.kind === "response") totals.set(watched, event.record.event.total ?? totals.get(watched) ?? 0);
      pictured.total = [...totals.values()].reduce((sum, one) => sum + one, 0);
      if (step.host === undefined) {
        pictured.note = `${buildTarget(watched)} ${step.word}: ${firstLine(step.message)}`;
        return allAt(pictured, step);
      }
      const name = nameOf(watched, step.host, all.length > 1);
      pictured.hosts.set(step.key, { name, word: step.word, message: step.message, sinceMs: step.atMs });
    },
    close,
  };
};
