/** The live picture on a terminal: drawn at most ten times a second, and taken away when a report follows. */
import { createLogUpdate } from "log-update";
import type { CliEnv, Output } from "../env.ts";
import { paintFor } from "../print/paint.ts";
import { type FrameHost, frame } from "./frame.ts";

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

/** What is drawn. Whoever changes it says so. */
export interface Pictured {
  title: string;
  /** By the key of its steps. */
  readonly hosts: Map<string, FrameHost>;
  /** How many hosts there are, where not all of them are known yet. */
  total: number | undefined;
  simulated: boolean;
  /** What keeps it from being current. */
  note: string | undefined;
}

export interface Picture {
  readonly changed: () => void;
  /** Leaves the terminal as it should stay. */
  readonly close: () => void;
}

export const picture = ({ stderr, stdout, now, env }: CliEnv, pictured: Pictured): Picture => {
  const startMs = now();
  const paint = paintFor(stderr, env);
  const live = createLogUpdate(streamOf(stderr), { showCursor: true });
  let isChanged = true;
  const draw = () => {
    isChanged = false;
    const { hosts, ...more } = pictured;
    live(frame([...hosts.values()], { ...more, startMs, nowMs: now(), ...stderr.size(), paint }));
  };
  const ticks = setInterval(() => {
    if (isChanged) draw();
  }, drawEveryMs);
  const seconds = setInterval(draw, 1_000);
  return {
    changed: () => {
      isChanged = true;
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
