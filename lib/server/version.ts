/** Versions as NATS and Debian write them. Only the numbers count: no release that matters here differs by anything else. */

/** The oldest server whose JetStream keeps the log: `filter_subjects` and `sync_interval` came with it. */
export const oldestVersion = "2.10";

/** The version in a text: "2.15.1" in "nats-server: v2.15.1", "2.10.27" in "1:2.10.27-1+b2". */
export const versionIn = (text: string): string | undefined => /\d+(?:\.\d+)+/.exec(text)?.[0];

/** Below zero when `a` is older than `b`; a missing part counts as 0. */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  const differs = Array.from(
    { length: Math.max(left.length, right.length) },
    (_, i) => (left[i] ?? 0) - (right[i] ?? 0),
  );
  return differs.find((difference) => difference !== 0) ?? 0;
};

export const isAtLeast = (version: string, minimum: string): boolean => compareVersions(version, minimum) >= 0;
