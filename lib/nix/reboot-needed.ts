/**
 * What of a system runs only after a reboot: the parts that were loaded at boot and of which the system has another. They are
 * compared by where their links end. Links are read one by one, because the store may be private to the process that built
 * there; a part that one of the two systems has not says nothing.
 */
import { readlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import { type Failure, failure } from "../contract/failure.ts";

/** Where a path lies, seen from this process. */
export type Outside = (path: string) => string;

/** By the names of the links in a system, in the words of a record. */
const parts: readonly (readonly [link: string, word: string])[] = [
  ["kernel", "kernel"],
  ["initrd", "initrd"],
  ["kernel-modules", "kernel modules"],
  ["systemd", "systemd"],
];

/** More links behind one another than any system has. */
const mostHops = 16;

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

/** What a link names; `null`: it is there and no link; `undefined`: it is not there. */
const targetOf = async (path: string, outside: Outside): Promise<string | null | undefined> => {
  try {
    return resolve(dirname(path), await readlink(outside(path)));
  } catch (error) {
    if (codeOf(error) === "EINVAL") return null;
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
};

/** A link that ends in nothing names something all the same; only the first must be there. */
const endOf = async (first: string, outside: Outside): Promise<string | undefined> => {
  let path = first;
  for (let hops = 0; hops < mostHops; hops += 1) {
    const target = await targetOf(path, outside);
    if (target === undefined && hops === 0) return undefined;
    if (target === undefined || target === null) return path;
    path = target;
  }
  throw new Error(`${first} ends nowhere`);
};

/** `booted`: the link to the system that was booted. `wanted`: the system that should run. */
export const rebootNeeded = async (
  booted: string,
  wanted: string,
  outside: Outside = (path) => path,
): Promise<Either<Failure, readonly string[]>> => {
  try {
    const system = await endOf(booted, outside);
    if (system === undefined) return right([]);
    const differs = await Promise.all(
      parts.map(async ([link]) => {
        const ends = await Promise.all([system, wanted].map((of) => endOf(join(of, link), outside)));
        return !ends.includes(undefined) && ends[0] !== ends[1];
      }),
    );
    return right(parts.filter((_, n) => differs[n]).map(([, word]) => word));
  } catch (thrown) {
    const why = causeOf(thrown);
    return left(
      failure("internal", `Whether this host needs a reboot cannot be told: ${why}. Look at the link, then try again.`),
    );
  }
};
