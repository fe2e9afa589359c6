/** A line for each step of a build and for each of its hosts: see cli/follow/step-lines.ts. */
import type { CliEnv } from "../env.ts";
import { stepLines } from "../follow/step-lines.ts";
import { type BuildDisplay, buildStepOf } from "./display.ts";
import { buildTarget, expectedHosts, type WatchedBuild } from "./watched.ts";

const whoOf = (watched: WatchedBuild, host: string | undefined, several: boolean): string => {
  if (host === undefined) return buildTarget(watched);
  return several ? `${watched.request.address.repo} ${host}` : host;
};

export const lineDisplay = (cli: CliEnv, all: readonly WatchedBuild[]): BuildDisplay => {
  const several = all.length > 1;
  const names = all.flatMap((one) => [undefined, ...expectedHosts(one)].map((host) => whoOf(one, host, several)));
  const lines = stepLines(cli, Math.max(...names.map(({ length }) => length)));
  return {
    show: (watched, event) => {
      if (event.kind === "stalled") return lines.stalled(event.failure.message);
      const step = buildStepOf(watched, event, cli.now());
      lines.step(whoOf(watched, step.host, several), step);
    },
    close: () => {},
  };
};
