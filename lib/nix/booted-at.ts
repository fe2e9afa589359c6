/**
 * When the machine was booted, by its own clock: the kernel counts back from the clock as it is set now, so a clock that jumps
 * takes this instant with it.
 */
import { readFile } from "node:fs/promises";

const form = /^btime (\d+)$/m;

/** Milliseconds since the epoch; `undefined` where the kernel does not say. */
export const bootedAtMs = async (file = "/proc/stat"): Promise<number | undefined> => {
  const seconds = form.exec(await readFile(file, "utf8").catch(() => ""))?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
};
