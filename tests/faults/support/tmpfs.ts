/** A disk of a few MiB in memory, mounted over a folder of a host, that can be filled and made read-only. It takes root. */
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stage } from "./fault.ts";
import { machine, once } from "./machine.ts";

export const noTmpfs = once(() => {
  const folder = mkdtempSync(join(tmpdir(), "hd-tmpfs-"));
  try {
    machine("mount", "-t", "tmpfs", "-o", "size=1m", "hd-fault", folder);
    machine("umount", folder);
  } finally {
    rmdirSync(folder);
  }
}, "it mounts a small disk, which this user or machine may not");

export interface Disk {
  /** To the last byte. */
  readonly fill: () => void;
  readonly empty: () => void;
  readonly setReadOnly: (isReadOnly: boolean) => void;
}

const chunk = Buffer.alloc(64 * 1024);

const fill = (ballast: string): void => {
  for (let size = chunk.length; size >= 1; size /= 2) {
    try {
      for (;;) writeFileSync(ballast, chunk.subarray(0, size), { flag: "a" });
    } catch {
      // No room for this many any more.
    }
  }
};

export const mountDisk = (stage: Stage, folder: string, mebibytes: number): Disk => {
  mkdirSync(folder, { recursive: true });
  machine("mount", "-t", "tmpfs", "-o", `size=${mebibytes}m`, "hd-fault", folder);
  stage.after(async () => void machine("umount", "--lazy", folder));
  const ballast = join(folder, "ballast");
  return {
    fill: () => fill(ballast),
    empty: () => rmSync(ballast, { force: true }),
    setReadOnly: (isReadOnly) => void machine("mount", "-o", `remount,${isReadOnly ? "ro" : "rw"}`, folder),
  };
};
