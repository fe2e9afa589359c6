/** A line for each step of each host: see step-lines.ts. */
import type { CliEnv } from "../env.ts";
import type { Display } from "./display.ts";
import { stepLines } from "./step-lines.ts";
import { stepOf, targetOf, type Watched } from "./watched.ts";

const widest = (all: readonly Watched[], several: boolean): number =>
  Math.max(
    0,
    ...all.flatMap((watched) => watched.hosts.map(({ hostname }) => whoOf(watched, hostname, several).length)),
  );

const whoOf = (watched: Watched, host: string, several: boolean): string =>
  several ? `${targetOf(watched)} ${host}` : host;

export const lineDisplay = (cli: CliEnv, all: readonly Watched[]): Display => {
  const several = all.length > 1;
  const lines = stepLines(cli, widest(all, several));
  return {
    show: (watched, event) => {
      if (event.kind === "stalled") return lines.stalled(event.failure.message);
      const step = stepOf(watched, event, cli.now());
      lines.step(whoOf(watched, step.host, several), step);
    },
    close: () => {},
  };
};
