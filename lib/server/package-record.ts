/** What apt says of a package, and whether that package is of use here. Whether it runs is found out by running it. */
import { parseStanzas } from "./deb822.ts";
import { isAtLeast, versionIn } from "./version.ts";

export interface PackageRecord {
  readonly version: string;
  readonly depends: string;
}

/** The package in what `apt-cache show` printed. */
export const packageIn = (shown: string, packageName: string): PackageRecord | undefined => {
  const stanza = parseStanzas(shown).find((fields) => fields.get("package") === packageName);
  const version = stanza?.get("version");
  return version === undefined ? undefined : { version, depends: stanza?.get("depends") ?? "" };
};

/** Why this package is of no use on a machine with that libc; undefined when it is of use, or when that is not known. */
export const unusable = (
  { version, depends }: PackageRecord,
  libc: string | undefined,
  oldest: string,
): string | undefined => {
  if (!isAtLeast(versionIn(version) ?? "0", oldest)) return `has ${version}, older than ${oldest}`;
  const needed = versionIn(/\blibc6[^(,|]*\(>= *([^)]+)\)/.exec(depends)?.[1] ?? "");
  if (needed === undefined || libc === undefined || isAtLeast(libc, needed)) return undefined;
  return `${version} needs libc ${needed}, this machine has ${libc}`;
};
