/** What the machine's own apt configuration says, read and never written: its distribution, its archive and the key for it. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { run } from "../nix/process.ts";
import { mainArchive } from "./apt-archive.ts";
import { type AptSource, parseDeb822Sources, parseOneLineSources } from "./apt-sources.ts";
import { type Distribution, distributionOf } from "./distribution.ts";

export interface MachineApt {
  readonly distribution: Distribution;
  readonly archive: AptSource;
  readonly keyring: string | undefined;
}

const parse = async (file: string): Promise<readonly AptSource[]> => {
  const text = await readFile(file, "utf8").catch(() => "");
  return file.endsWith(".sources") ? parseDeb822Sources(text) : parseOneLineSources(text);
};

/** In the order in which apt reads them; a file that we may not read is one that apt, as us, may not read either. */
const readSources = async (list: string, parts: string): Promise<readonly AptSource[]> => {
  const names = await readdir(parts).catch(() => []);
  const files = names.filter((name) => /^[\w.-]+\.(list|sources)$/.test(name)).toSorted();
  return (await Promise.all([list, ...files.map((name) => join(parts, name))].map(parse))).flat();
};

const keyringOf = ({ name }: Distribution): string | undefined =>
  ["gpg", "pgp"].map((suffix) => `/usr/share/keyrings/${name}-archive-keyring.${suffix}`).find(existsSync);

export const machineApt = async (env: NodeJS.ProcessEnv): Promise<Either<string, MachineApt>> => {
  const distribution = distributionOf(await readFile("/etc/os-release", "utf8").catch(() => ""));
  if (distribution === undefined) return left("this is neither Debian nor Ubuntu");
  const places = ["LIST", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d"];
  const config = await run(["apt-config", "shell", ...places], { env, timeoutMs: 10_000 });
  if (config.code !== 0) return left(config.notStarted ?? "apt-config does not say where the sources are");
  const place = (key: string): string => new RegExp(`^${key}='(.*)'$`, "m").exec(config.stdout)?.[1] ?? "";
  const archive = mainArchive(await readSources(place("LIST"), place("PARTS")), distribution);
  if (archive === undefined) return left(`no apt source of this machine carries the ${distribution.name} archive`);
  return right({ distribution, archive, keyring: keyringOf(distribution) });
};
