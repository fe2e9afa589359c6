/**
 * A profile kept by hand, where there is no nix-env: numbered links and one that points to the newest, as Nix keeps them.
 * What is set again while it is the newest makes no new generation. Each link appears whole or not at all.
 */
import { mkdir, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const linkTo = async (path: string, target: string): Promise<void> => {
  const fresh = `${path}.${process.pid}`;
  await rm(fresh, { force: true });
  await symlink(target, fresh);
  await rename(fresh, path);
};

const newest = async (profile: string): Promise<number> => {
  const form = new RegExp(`^${basename(profile)}-(\\d+)-link$`);
  const numbers = (await readdir(dirname(profile))).map((name) => Number(form.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
};

/** Makes `target` the newest generation of a profile and gives its number. */
export const setGeneration = async (profile: string, target: string): Promise<number> => {
  await mkdir(dirname(profile), { recursive: true });
  const nameOf = (number: number) => `${basename(profile)}-${number}-link`;
  const last = await newest(profile);
  const isSame = last > 0 && (await readlink(join(dirname(profile), nameOf(last)))) === target;
  const number = isSame ? last : last + 1;
  if (!isSame) await linkTo(join(dirname(profile), nameOf(number)), target);
  await linkTo(profile, nameOf(number));
  return number;
};

/** Points a link somewhere else, in one step. */
export const repoint = async (link: string, target: string): Promise<void> => {
  await mkdir(dirname(link), { recursive: true });
  await linkTo(link, target);
};
