/**
 * What this host is frozen by: for each address the newest freeze, or that it was lifted, so that an older one that comes
 * again changes nothing. It is read at every question. What cannot be read freezes the host: a freeze must not be lost
 * because a disk was damaged.
 */
import { closeSync, fdatasyncSync, openSync, readFileSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { Address, shortAddress } from "../contract/address.ts";
import { causeOf } from "../contract/cause-of.ts";
import { list, read as nameIn, toggle } from "../contract/codec.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { Requester } from "../contract/names.ts";
import { type Decoded, object, optional, required, struct } from "../contract/struct.ts";
import type { HostIdentity } from "../contract/template.ts";
import { Instant, Millis, Reason, Sequence } from "../contract/values.ts";
import { syncDirectory, writeAll } from "./durable.ts";

const Entry = struct("freeze", {
  address: required(Address, "the address"),
  frozen: required(toggle("Frozen"), "false when it was lifted"),
  by: required(Requester, "who asked for it"),
  seq: required(Sequence, "the sequence of that request"),
  at_ms: required(Millis, "when the log stored it"),
  reason: optional(Reason, "why"),
  until: optional(Instant, "when it ends by itself"),
});
export type Freeze = Decoded<typeof Entry.fields>;

/** One that the host's own configuration says, which nobody lifts by a request. */
export type Held = Freeze & { readonly configured?: true };

const File = struct("freezes", { freezes: required(list(object(Entry), 1000), "one for each address") });

export interface Freezes {
  /** Keeps it, and resolves when it outlives a power loss. Keeping it again changes nothing. */
  readonly keep: (freeze: Freeze) => TaskEither<Failure<"superseded" | "internal">, void>;
  /** Those that hold now for this host. Left: why nobody can tell, as a sentence. */
  readonly inForce: () => Either<string, readonly Held[]>;
}

export interface FreezesOptions {
  readonly root: string;
  /** What the host serves: a freeze of a role that it no longer has is none. */
  readonly addresses: readonly Address[];
  /** By the clock of the log. */
  readonly now: () => number;
  /** The host, and why it takes no deployment by its own configuration; `undefined`: it does. */
  readonly host?: Pick<HostIdentity, "hostname">;
  readonly frozen?: Freeze["reason"];
}

/** Of the host's first address, in the host's own name: hosts and people share one namespace. */
const configuredFreeze = ({ host, frozen: reason, addresses: [address] }: FreezesOptions): readonly Held[] => {
  const by = nameIn(Requester, host?.hostname);
  if (by === undefined || reason === undefined || address === undefined) return [];
  return [{ address, frozen: true, by, seq: 1, at_ms: 0, reason, configured: true }];
};

const unreadable = (file: string, why: string): string =>
  `What this host is frozen by cannot be read (${why}), so it takes no deployment. See in \`hd history\` what was frozen, remove ${file}, and freeze again what has to be.`;

const contentsOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
};

const read = (file: string): Either<string, readonly Freeze[]> => {
  try {
    const contents = contentsOf(file);
    if (contents === undefined) return right([]);
    const decoded = File.lenient(JSON.parse(contents));
    return isLeft(decoded) ? left(unreadable(file, decoded.left.join(". "))) : right(decoded.right.freezes);
  } catch (thrown) {
    return left(unreadable(file, causeOf(thrown)));
  }
};

/** The file is the old one or the new one, whatever happens. Throws for what could not be read back. */
const replaceFile = (file: string, freezes: readonly Freeze[]): void => {
  const kept = File.strict({ freezes });
  if (isLeft(kept)) throw new Error(kept.left.join("; "));
  const draft = `${file}.draft`;
  const fd = openSync(draft, "w", 0o600);
  try {
    writeAll(fd, `${JSON.stringify(kept.right)}\n`);
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(draft, file);
};

/** In a log that was made anew sequences begin again; what it stored later is newer all the same. */
const isOlder = (one: Freeze, other: Freeze): boolean => one.seq < other.seq && one.at_ms <= other.at_ms;

const tooOld = ({ by, frozen, seq, address }: Freeze): Failure<"superseded"> =>
  failure(
    "superseded",
    `${by} ${frozen ? "froze" : "unfroze"} ${shortAddress(address)} later, at ${seq} of the log, and that holds. Nothing was done.`,
  );

const notKept = (thrown: unknown): Failure<"internal"> =>
  failure(
    "internal",
    `What this host is frozen by cannot be kept in its state folder: ${causeOf(thrown)}. Nothing was done; make room or mend it, then ask again.`,
  );

export const freezesIn = (options: FreezesOptions): Freezes => {
  const { root, addresses, now } = options;
  const file = join(root, "freezes.json");
  const isInForce = ({ address, frozen, until }: Freeze): boolean =>
    frozen && addresses.includes(address) && (until === undefined || now() < Date.parse(until));

  /** Without a pause between reading and writing, or one of two that come at once would be lost. */
  const replace = (freeze: Freeze): Either<Failure<"superseded" | "internal">, void> => {
    const found = read(file);
    if (isLeft(found)) return left(failure("internal", found.left));
    const known = found.right.find(({ address }) => address === freeze.address);
    if (known !== undefined && isOlder(freeze, known)) return left(tooOld(known));
    replaceFile(file, [...found.right.filter((one) => one !== known), freeze]);
    return right(undefined);
  };

  return {
    keep: (freeze) => async () => {
      try {
        const replaced = replace(freeze);
        if (!isLeft(replaced)) await syncDirectory(dirname(file));
        return replaced;
      } catch (thrown) {
        return left(notKept(thrown));
      }
    },
    inForce: () => {
      const found = read(file);
      return isLeft(found) ? found : right([...configuredFreeze(options), ...found.right.filter(isInForce)]);
    },
  };
};
