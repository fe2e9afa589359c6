/** A listener has room for the next request when the journal of the last one is closed. */
import { readdir } from "node:fs/promises";

export const untilFree = async (journals: string): Promise<void> => {
  while ((await readdir(journals)).length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
};
