/**
 * The ids that came under a good signature, each with its place in the log: so that whoever can store a copy of a signed
 * request, or have one handed over again, cannot have it served twice, also when it was refused the first time, and also
 * after a restart. A line is in the file before the request is served; it is dropped when the request has long ceased to be
 * valid. One place is one request only at one time: a log that was made anew has the same sequences.
 */
import { closeSync, fdatasyncSync, openSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { Requester } from "../contract/names.ts";
import type { Claim } from "../contract/signed-request.ts";
import { type Decoded, required, struct } from "../contract/struct.ts";
import { Millis, RequestId, Sequence } from "../contract/values.ts";
import type { Asked, Met, SignedIds } from "../router/vouch.ts";
import { syncDirectory, syncFile, writeAll } from "./durable.ts";

const SignedId = struct("signed id", {
  name: required(Requester, "who signed"),
  id: required(RequestId, "the request's id"),
  seq: required(Sequence, "its place in the log"),
  at_ms: required(Millis, "when the log stored it"),
  until_ms: required(Millis, "when it ceases to be valid"),
});
type SignedId = Decoded<typeof SignedId.fields>;

/** For a clock that is set back. */
const marginMs = 24 * 60 * 60_000;

/** How many ids are kept before those that are out of date are looked for. */
const pruneEvery = 1000;

const parse = (line: string): SignedId | undefined => {
  try {
    const id = SignedId.lenient(JSON.parse(line));
    return isLeft(id) ? undefined : id.right;
  } catch {
    return undefined;
  }
};

/** The line feed comes first, so that a line that a full disk or a crash tore does not spoil the next one. */
const lineOf = (id: SignedId): string => `\n${JSON.stringify(id)}`;

const keyOf = ({ name, id }: SignedId): string => `${name} ${id}`;

const contentsOf = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
};

/** The file is the old one or the new one, whatever happens. */
const replaceFile = (file: string, ids: Iterable<SignedId>): void => {
  const draft = `${file}.draft`;
  const fd = openSync(draft, "w", 0o600);
  try {
    writeAll(fd, [...ids].map(lineOf).join(""));
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(draft, file);
};

const append = (file: string, id: SignedId): void => {
  const fd = openSync(file, "a", 0o600);
  try {
    writeAll(fd, lineOf(id));
  } finally {
    closeSync(fd);
  }
};

/** Throws for what could not be read back. */
const entryOf = ({ id, untilMs }: Claim, { requester: name, seq, atMs }: Asked): SignedId => {
  const entry = SignedId.strict({ name, id, seq, at_ms: atMs, until_ms: Math.max(0, untilMs) });
  if (isLeft(entry)) throw new Error(entry.left.join("; "));
  return entry.right;
};

const keyed = (claim: Claim, asked: Asked): readonly [key: string, entry: SignedId] => {
  const entry = entryOf(claim, asked);
  return [keyOf(entry), entry];
};

const again = (known: SignedId, { seq, at_ms: atMs }: SignedId, isOpen: boolean): Met => {
  if (known.seq !== seq || known.at_ms !== atMs) return "replay";
  return isOpen ? "open" : "seen";
};

const diskOf = (root: string, file: string) => {
  let isSynced = true;
  return {
    append: (entry: SignedId): void => {
      append(file, entry);
      isSynced = false;
    },
    sync: async (): Promise<void> => {
      if (isSynced) return;
      isSynced = true;
      await Promise.all([syncFile(file), syncDirectory(root)]).catch((thrown: unknown) => {
        isSynced = false;
        throw thrown;
      });
    },
  };
};

export interface KeptIds extends SignedIds {
  /** How many lines of the file could not be read: what they held may be served again. */
  readonly damaged: number;
  /** Resolves when all that was kept outlives a power loss. Rejects when the disk fails. */
  readonly sync: () => Promise<void>;
}

interface Read {
  readonly ids: Map<string, SignedId>;
  readonly damaged: number;
}

const readIds = (file: string): Read => {
  const lines = contentsOf(file)
    .split("\n")
    .filter((line) => line !== "");
  const found = lines.map(parse).filter((id) => id !== undefined);
  return { ids: new Map(found.map((id) => [keyOf(id), id])), damaged: lines.length - found.length };
};

/** Throws when the folder cannot be read or written. One listener at a time may use a folder. */
export const signedIdsIn = (root: string, now: () => number): KeptIds => {
  const file = join(root, "signed-ids.ndjson");
  const { ids, damaged } = readIds(file);
  // What an earlier process kept may have been answered by it.
  const open = new Set<string>();
  const disk = diskOf(root, file);
  let since = 0;
  const prune = (): void => {
    for (const [key, { until_ms: untilMs }] of ids)
      if (untilMs + marginMs < now()) for (const known of [ids, open]) known.delete(key);
    replaceFile(file, ids.values());
    since = 0;
  };
  const add = (key: string, entry: SignedId): Met => {
    disk.append(entry);
    ids.set(key, entry);
    open.add(key);
    since += 1;
    if (since >= pruneEvery) prune();
    return "new";
  };

  prune();
  return {
    damaged,
    keep: (claim, asked) => {
      const [key, entry] = keyed(claim, asked);
      const known = ids.get(key);
      return known === undefined ? add(key, entry) : again(known, entry, open.has(key));
    },
    close: (claim, asked) => void open.delete(keyed(claim, asked)[0]),
    sync: disk.sync,
  };
};
