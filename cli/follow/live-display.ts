/** Draws the live picture on a terminal, at most ten times a second, and takes it away when the report follows. */
import { createLogUpdate } from "log-update";
import type { HostName } from "../../lib/contract/names.ts";
import type { CliEnv, Output } from "../env.ts";
import { paintFor } from "../print/paint.ts";
import type { Display } from "./display.ts";
import { type FrameHost, frame } from "./frame.ts";
import { keyOf, stepOf, targetOf, type Watched } from "./watched.ts";

const drawEveryMs = 100;

/** As much of a stream as log-update uses. */
const streamOf = ({ write, isTTY, size }: Output): NodeJS.WriteStream =>
  ({
    write: (text: string) => {
      write(text);
      return true;
    },
    isTTY,
    get columns() {
      return size().columns;
    },
    get rows() {
      return size().rows;
    },
  }) as NodeJS.WriteStream;

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
  const { stderr, stdout, now, env } = cli;
  const startMs = now();
  const paint = paintFor(stderr, env);
  const title = [...new Set(all.map(targetOf))].join(" ");
  const hosts = expectedHosts(all, startMs);
  const live = createLogUpdate(streamOf(stderr), { showCursor: true });
  let changed = true;
  let simulated = false;
  let note: string | undefined;
  const draw = () => {
    changed = false;
    live(frame([...hosts.values()], { title, startMs, nowMs: now(), ...stderr.size(), simulated, note, paint }));
  };
  const ticks = setInterval(() => {
    if (changed) draw();
  }, drawEveryMs);
  const seconds = setInterval(draw, 1_000);
  return {
    show: (watched, event) => {
      changed = true;
      note = event.kind === "stalled" ? `the log cannot be read, trying again: ${event.failure.message}` : undefined;
      if (event.kind === "stalled") return;
      const { key, host, word, message, atMs, simulated: isSimulated } = stepOf(watched, event, now());
      simulated ||= isSimulated;
      hosts.set(key, { name: nameOf(watched, host, all.length > 1), word, message, sinceMs: atMs });
    },
    close: () => {
      clearInterval(ticks);
      clearInterval(seconds);
      if (stdout.isTTY) return live.clear();
      draw();
      live.done();
    },
  };
};
