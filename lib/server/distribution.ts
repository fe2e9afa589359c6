/** Which archive a machine's packages come from, read from os-release: a derivative counts as what it takes packages from. */

export interface Distribution {
  readonly name: "debian" | "ubuntu";
  /** Its release by name; undefined where it has none, as on some unstable systems. */
  readonly codename: string | undefined;
}

const field = (osRelease: string, key: string): string | undefined =>
  new RegExp(`^${key}=["']?([^"'\\n]*)["']?\\s*$`, "m").exec(osRelease)?.[1];

export const distributionOf = (osRelease: string): Distribution | undefined => {
  const ids = [field(osRelease, "ID"), ...(field(osRelease, "ID_LIKE") ?? "").split(" ")];
  const name = ids.find((id) => id === "debian" || id === "ubuntu");
  if (name === undefined) return undefined;
  const codename = field(osRelease, `${name.toUpperCase()}_CODENAME`) ?? field(osRelease, "VERSION_CODENAME");
  return { name, codename: codename === "" ? undefined : codename };
};
