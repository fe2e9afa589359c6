/**
 * Subject patterns to values, as a tree with one level for each token. A lookup goes down one level for each token
 * of the subject, and twice where a literal and `*` both lead on: it slows down with wildcards side by side, not with the
 * number of routes. A literal token wins over `*`, as it is narrower.
 */

interface Node<T> {
  readonly children: Map<string, Node<T>>;
  value: T | undefined;
}

const node = <T>(): Node<T> => ({ children: new Map(), value: undefined });

/** The value behind a concrete subject; `undefined` when no pattern matches. */
export type Find<T> = (subject: string) => T | undefined;

const search = <T>(at: Node<T>, tokens: readonly string[], depth: number): T | undefined => {
  const token = tokens[depth];
  if (token === undefined) return at.value;
  for (const key of [token, "*"]) {
    const child = at.children.get(key);
    const found = child === undefined ? undefined : search(child, tokens, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
};

const insert = <T>(root: Node<T>, pattern: string, value: T): void => {
  let at = root;
  for (const token of pattern.split(".")) {
    const child = at.children.get(token) ?? node<T>();
    at.children.set(token, child);
    at = child;
  }
  if (at.value !== undefined) throw new Error(`two routes for the subject ${pattern}`);
  at.value = value;
};

/** Throws when two entries have the same pattern: that is a fault of the program, found at its start. */
export const table = <T>(entries: Iterable<readonly [string, T]>): Find<T> => {
  const root = node<T>();
  for (const [pattern, value] of entries) insert(root, pattern, value);
  return (subject) => search(root, subject.split("."), 0);
};
