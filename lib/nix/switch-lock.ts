/**
 * Whether a `switch-to-configuration` runs on this machine, also one that somebody started by hand: each holds a lock on one
 * file from its first step to its last. The kernel's list of locks is read for it. Taking the lock to see would make a switch
 * fail that begins in that moment, and the names of processes prove nothing, since a wrapper or a script may have any.
 */
import { readFile, stat } from "node:fs/promises";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import { type Failure, failure } from "../contract/failure.ts";

const switchLock = "/run/nixos/switch-to-configuration.lock";

const statOf = async (path: string) => {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
};

const hex = (part: bigint): string => part.toString(16).padStart(2, "0");

/**
 * How the kernel writes a file in its list: the two numbers of its device as Linux packs them, and its own. Pure.
 * @internal
 */
export const lockedFile = (dev: bigint, ino: bigint): string => {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xffff_f000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffff_ff00n);
  return `${hex(major)}:${hex(minor)}:${ino}`;
};

/**
 * Whether a list of the kernel's has a lock on a file that is held; `->` marks one that is only waited for. Pure.
 * @internal
 */
export const isLocked = (locks: string, file: string): boolean =>
  locks.split("\n").some((line) => {
    const [, ...fields] = line.trim().split(/\s+/);
    return fields[0] !== "->" && fields.includes(file);
  });

export const isLockHeld = async (path: string = switchLock): Promise<Either<Failure, boolean>> => {
  try {
    const file = await statOf(path);
    if (file === undefined) return right(false);
    return right(isLocked(await readFile("/proc/locks", "utf8"), lockedFile(file.dev, file.ino)));
  } catch (thrown) {
    const why = causeOf(thrown);
    return left(
      failure("internal", `Whether another switch runs cannot be told: ${why}. Look at the host, then try again.`),
    );
  }
};
