/**
 * A file that names a process and can be made once: whoever makes it holds what it stands for, and nobody takes it from a
 * process that is alive. It is written aside and then linked, because who saw it half-made would take its holder for dead.
 */
import { randomUUID } from "node:crypto";
import { link, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { integer, prose } from "../contract/codec.ts";
import { type Decoded, required, struct } from "../contract/struct.ts";
import { createFile, syncDirectory, syncFile } from "./durable.ts";

const Identity = struct("process identity", {
  pid: required(integer("Pid", 1, 2 ** 31), "process id"),
  started: required(prose("Started", 64), "its start time in clock ticks since boot"),
  boot: required(prose("Boot", 64), "the boot it belongs to"),
});

/** A process, told apart from a later one with the same number. */
export type ProcessIdentity = Decoded<typeof Identity.fields>;

export interface Processes {
  readonly self: () => Promise<ProcessIdentity>;
  readonly alive: (identity: ProcessIdentity) => Promise<boolean>;
}

export interface JobProcesses extends Processes {
  /** Ends a job: gently, so that it can end its commands, and then by force. Always comes back. */
  readonly end: (identity: ProcessIdentity) => Promise<void>;
}

/** False: someone has made it. */
export const makeHolderFile = async (file: string, holder: ProcessIdentity): Promise<boolean> => {
  const draft = `${file}.${randomUUID()}`;
  try {
    createFile(draft, `${JSON.stringify(holder)}\n`);
    await syncFile(draft);
    await link(draft, file);
    await syncDirectory(dirname(file));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
};

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

/** `none`: nobody has made it. `unreadable`: a crash tore it, so its holder is gone. Rejects when it cannot be looked at. */
export const readHolder = async (file: string): Promise<ProcessIdentity | "none" | "unreadable"> => {
  const contents = await readFile(file, "utf8").catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (contents === undefined) return "none";
  try {
    const identity = Identity.lenient(JSON.parse(contents));
    return identity._tag === "Left" ? "unreadable" : identity.right;
  } catch {
    return "unreadable";
  }
};
