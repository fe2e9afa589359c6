/** The branches and tags of a remote, as `git ls-remote` prints them. Pure. */
import { read } from "../contract/codec.ts";
import { Commit } from "../contract/values.ts";

export interface RemoteRef {
  /** Full name, such as `refs/heads/main`. */
  readonly ref: string;
  readonly commit: Commit;
  /** What the ref itself holds; not the commit for an annotated tag. */
  readonly object: Commit;
}

const peeled = "^{}";

/** An annotated tag comes as two lines: the tag object, then its commit with `^{}` behind the name. */
export const parseRefs = (output: string): readonly RemoteRef[] => {
  const hashes = new Map<string, Commit>();
  for (const line of output.split("\n")) {
    const [hash, ref] = line.split("\t");
    const commit = read(Commit, hash);
    if (commit !== undefined && ref !== undefined && /^refs\/(?:heads|tags)\//.test(ref)) hashes.set(ref, commit);
  }
  return [...hashes]
    .filter(([ref]) => !ref.endsWith(peeled))
    .map(([ref, object]) => ({ ref, object, commit: hashes.get(ref + peeled) ?? object }));
};

export const shortName = (ref: string): string => ref.replace(/^refs\/(?:heads|tags)\//, "");
