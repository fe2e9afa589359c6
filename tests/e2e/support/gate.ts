/** Holds the deployments of a host in the middle of their activation, or of their build: a fifo that they read a line from. */
import { execFileSync } from "node:child_process";
import { constants, mkdirSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";

export interface Gate {
  /** Lets one deployment pass, now or when it comes. */
  readonly open: () => Promise<void>;
  /** No gate any more; who still waits at it fails. */
  readonly remove: () => Promise<void>;
}

/** `root`: the state folder of the host. */
export const gateAt = async (root: string, place: "activate" | "build" = "activate"): Promise<Gate> => {
  const path = join(root, place === "build" ? "build-gate" : "gate");
  mkdirSync(root, { recursive: true });
  execFileSync("mkfifo", ["-m", "600", path]);
  // Opened for both, it never waits for a reader, and a reader never finds it without a writer.
  const fifo = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
  return {
    open: async () => void (await fifo.write("pass\n")),
    remove: async () => {
      await rm(path);
      await fifo.close();
    },
  };
};
