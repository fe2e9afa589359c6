/** Parts of a list, in its order, none larger than `size`: for what a server takes only so many of at once. */
export function* chunksOf<A>(all: readonly A[], size: number): Generator<readonly A[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
