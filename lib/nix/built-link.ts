/**
 * The links that Nix leaves to what it built. A build that ends well does not always make the link that it was told to: for an
 * output by another name it makes one beside it. So each build gets a link that was never there, in a folder of its own;
 * whoever read one that is kept would take an older system for the new one.
 */
import { mkdtemp, readdir, readlink, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import { read } from "../contract/codec.ts";
import { StorePath } from "../contract/values.ts";

/** `undefined`: there is no such link, or it leads elsewhere than to a store path. */
export const closureBehind = async (link: string): Promise<StorePath | undefined> =>
  read(StorePath, await readlink(link).catch(() => undefined));

/** What builds left that were killed would be kept from being collected for ever. A host's name has no dot. */
const freshFolder = async (root: string): Promise<string> => {
  const [folder, prefix] = [dirname(root), `.${basename(root)}.`];
  const stale = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  await Promise.all(stale.map((name) => rm(join(folder, name), { recursive: true, force: true })));
  return mkdtemp(join(folder, prefix));
};

/** Hands over a link that is not there, on the root's file system, and lets go of it afterwards. Left: why there is none. */
export const withFreshLink = async <A>(root: string, use: (link: string) => Promise<A>): Promise<Either<string, A>> => {
  const made = await freshFolder(root).then(right, (thrown: unknown) => left(causeOf(thrown)));
  if (made._tag === "Left") return made;
  try {
    return right(await use(join(made.right, "system")));
  } finally {
    await rm(made.right, { recursive: true, force: true });
  }
};
