/** The reviewed snapshots of units, and what systemd makes of them where its programs are: they need neither Nix nor a nixpkgs. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { tempDir } from "./temp-dir.ts";

const folder = join(import.meta.dirname, "../nixos/snapshots");

export interface UnitFile {
  /** `<machine>/<unit>`. */
  readonly name: string;
  readonly text: string;
}

const ending = (suffix: string): readonly UnitFile[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(suffix))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

export const services = (): readonly UnitFile[] => ending(".service");
export const timers = (): readonly UnitFile[] => ending(".timer");

/** All values of a key, as systemd adds them up. */
export const valuesOf = ({ text }: Pick<UnitFile, "text">, key: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].map(([, value = ""]) => value);

/** The words of a command line, quotes taken off, `%` and `$` as they will be. */
export const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) =>
    (quoted === undefined ? (bare ?? "") : quoted.replaceAll(/\\(.)/g, "$1"))
      .replaceAll("%%", "%")
      .replaceAll("$$", "$"),
  );

const onMachine = (text: string): string =>
  text.replaceAll(/\/nix\/store\/[a-z0-9]{32}-[^\s/":]+\/bin\/([a-z-]+)/g, (_, program: string) =>
    ["sh", "bash", "kill", "sleep"].includes(program) ? `/bin/${program}` : "/bin/true",
  );

let scratch: string | undefined;

/** What `systemd-analyze` says of a unit whose programs were put in the place of those in the store; `undefined`: it is not here. */
export const analyze = (
  words: readonly string[],
  { name, text }: UnitFile,
): { code: number; said: string } | undefined => {
  scratch ??= tempDir("units");
  const file = join(scratch, basename(name));
  writeFileSync(file, onMachine(text));
  const { status, stdout, stderr, error } = spawnSync("systemd-analyze", [...words, file], { encoding: "utf8" });
  return error === undefined ? { code: status ?? 1, said: `${stdout}${stderr}` } : undefined;
};
