/** A command may flood its output; what is kept of it once its request has ended is its end. */
import { closeSync, ftruncateSync, openSync, readSync, statSync, writeSync } from "node:fs";

const mostBytes = 16 * 1024 * 1024;
const keptBytes = 1024 * 1024;

const lastBytes = (fd: number, size: number): Buffer => {
  const kept = Buffer.alloc(keptBytes);
  const read = readSync(fd, kept, 0, keptBytes, size - keptBytes);
  return kept.subarray(kept.indexOf("\n") + 1, read);
};

const cut = (file: string, size: number): void => {
  const fd = openSync(file, "r+");
  try {
    const note = Buffer.from(`[hd: of ${size} bytes of output only the end was kept]\n`);
    const contents = Buffer.concat([note, lastBytes(fd, size)]);
    // In its place, because a disk that the flood filled has no room for a copy.
    for (let at = 0; at < contents.length; ) at += writeSync(fd, contents, at, contents.length - at, at);
    ftruncateSync(fd, contents.length);
  } finally {
    closeSync(fd);
  }
};

/** Cuts a file that is too long to its end, and says so in its first line. Never throws: what cannot be cut stays long. */
export const cutOutput = (file: string): void => {
  try {
    const { size } = statSync(file);
    if (size > mostBytes) cut(file, size);
  } catch {
    return;
  }
};
