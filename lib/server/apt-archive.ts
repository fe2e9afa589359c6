/**
 * Which of the machine's archives is the distribution's own, which of its suites may hold a newer nats-server, and the
 * private source that names one of them. Other vendors use the same suite names, so the suite alone decides nothing.
 */
import type { AptSource } from "./apt-sources.ts";
import type { Distribution } from "./distribution.ts";

/** Newest first. Interim releases of Ubuntu leave the archive within a year, so only its long-term ones are named. */
const newestSuites = {
  debian: ["unstable", "testing", "trixie"],
  ubuntu: ["devel", "resolute", "noble"],
} as const;

const rollingSuites = ["stable", "oldstable", "testing", "unstable", "sid", "devel"];
const components = { debian: "main", ubuntu: "main universe" } as const;

/** The machine's own release is tried too: it may be newer than the names known here, or all that the mirror has. */
export const suitesToTry = ({ name, codename }: Distribution): readonly string[] => [
  ...new Set([...newestSuites[name], ...(codename === undefined ? [] : [codename])]),
];

const path = (uri: string): string => uri.replace(/^[^:]*:\/*[^/]*/, "");

/** How much speaks for it: the distribution's keyring more than an address that names the distribution. */
const likeness = ({ uri, options }: AptSource, { name }: Distribution): number =>
  (options["Signed-By"]?.includes(`${name}-archive-keyring`) ? 2 : 0) + (path(uri).includes(name) ? 1 : 0);

/** The archive that carries the distribution; among equals the one that apt reads first. */
export const mainArchive = (sources: readonly AptSource[], distribution: Distribution): AptSource | undefined =>
  sources
    .filter((source) => source.components.includes("main"))
    .filter(({ suites }) => suites.some((suite) => suite === distribution.codename || rollingSuites.includes(suite)))
    .toSorted((a, b) => likeness(b, distribution) - likeness(a, distribution))[0];

export interface PrivateSource {
  readonly archive: AptSource;
  readonly distribution: Distribution;
  readonly suite: string;
  readonly architecture: string;
  /** The distribution's keyring, for an archive that does not say who signs it. */
  readonly keyring: string | undefined;
}

/** A `.sources` file with one suite of one archive, and of that nothing but the list of packages. */
export const privateSource = ({ archive, distribution, suite, architecture, keyring }: PrivateSource): string => {
  const fields = {
    Types: "deb",
    URIs: archive.uri,
    Suites: suite,
    Components: components[distribution.name],
    Architectures: architecture,
    Targets: "Packages",
    ...(keyring === undefined ? {} : { "Signed-By": keyring }),
    ...archive.options,
  };
  return `${Object.entries(fields)
    .map(([field, value]) => `${field}: ${value}`)
    .join("\n")}\n`;
};
