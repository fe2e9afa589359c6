/** The live picture of deployments: see picture.ts. */
import type { HostName } from "../../lib/contract/names.ts";
import type { CliEnv } from "../env.ts";
import type { Display } from "./display.ts";
import type { FrameHost } from "./frame.ts";
import { type Pictured, picture } from "./picture.ts";
import { stalledText } from "./step-lines.ts";
import { keyOf, stepOf, targetOf, type Watched } from "./watched.ts";

const nameOf = (watched: Watched, host: HostName, several: boolean): string =>
  several && targetOf(watched).split("/").at(-1) !== host ? `${host} (${targetOf(watched)})` : host;

/** Everyone who is expected, before anyone has answered. */
const expectedHosts = (all: readonly Watched[], sinceMs: number): Map<string, FrameHost> =>
  new Map(
    all.flatMap((watched) =>
      watched.hosts.map(({ hostname }) => {
        const name = nameOf(watched, hostname, all.length > 1);
        return [keyOf(watched, hostname), { name, word: "waiting", message: "", sinceMs }] as const;
      }),
    ),
  );

export const liveDisplay = (cli: CliEnv, all: readonly Watched[]): Display => {
  const pictured: Pictured = {
    title: [...new Set(all.map(targetOf))].join(" "),
    hosts: expectedHosts(all, cli.now()),
    ...{ total: undefined, simulated: false, note: undefined },
  };
  const { changed, close } = picture(cli, pictured);
  return {
    show: (watched, event) => {
      changed();
      pictured.note = event.kind === "stalled" ? stalledText(event.failure.message) : undefined;
      if (event.kind === "stalled") return;
      const { key, host, word, message, atMs, simulated } = stepOf(watched, event, cli.now());
      pictured.simulated ||= simulated;
      pictured.hosts.set(key, { name: nameOf(watched, host, all.length > 1), word, message, sinceMs: atMs });
    },
    close,
  };
};
