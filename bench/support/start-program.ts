/** Starts a program of the benchmarks and waits for the line that says it is ready. It ends with the place. */
import { startService } from "../../lib/nix/process.ts";
import type { Place } from "../place.ts";
import { rightOf } from "./right-of.ts";

const graceMs = 5_000;

export interface Program {
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** What its output shows when it is ready: the product's listener says "listening", those of the benchmarks say so too. */
const isReady = (line: string): boolean => /\blistening\b/.test(line);

export const startProgram = async ({ undo }: Place, argv: readonly [string, ...string[]]): Promise<Program> => {
  let last = "nothing";
  let ready = (): void => {};
  const up = new Promise<"up">((resolve) => {
    ready = () => resolve("up");
  });
  const onLine = (line: string): void => {
    last = line;
    if (isReady(line)) ready();
  };
  const service = rightOf(await startService(argv, { onLine }));
  const stop = (): Promise<void> => service.stop(graceMs);
  undo(stop);
  const first = await Promise.race([up, service.exited]);
  if (first !== "up") throw new Error(`${argv.join(" ")} ended at once; it said last: ${last}`);
  return { pid: service.pid, stop };
};
