/** What allow and deny lists of NATS permit, by the rules of its wildcards: `*` is one token, `>` is all that follow. */

/** One side of permissions. Without an allow list everything is allowed that is not denied. */
export interface Rules {
  readonly allow: readonly string[] | undefined;
  readonly deny: readonly string[];
}

export interface Limits {
  readonly publish: Rules;
  readonly subscribe: Rules;
}

/** Every subject that `inner` stands for is one that `outer` stands for. */
const covers = (outer: string, inner: string): boolean => {
  const [wide, narrow] = [outer.split("."), inner.split(".")];
  for (const [n, token] of wide.entries()) {
    const other = narrow[n];
    if (other === undefined) return false;
    if (token === ">") return true;
    if (other === ">" || (token !== "*" && token !== other)) return false;
  }
  return narrow.length === wide.length;
};

/** There is a subject that both stand for. */
const overlap = (one: string, other: string): boolean => {
  const [mine, theirs] = [one.split("."), other.split(".")];
  for (let n = 0; n < Math.max(mine.length, theirs.length); n++) {
    const [a, b] = [mine[n], theirs[n]];
    if (a === undefined || b === undefined) return false;
    if (a === ">" || b === ">") return true;
    if (a !== "*" && b !== "*" && a !== b) return false;
  }
  return true;
};

/** All of a subject or pattern: what is denied in part does not count as allowed. */
export const allows = ({ allow, deny }: Rules, subject: string): boolean =>
  (allow === undefined || allow.some((pattern) => covers(pattern, subject))) &&
  !deny.some((pattern) => overlap(pattern, subject));
