/**
 * Removes a folder that Nix has built in: what is in a store may not be written, not even by its owner, so an ordinary
 * user has to allow it first.
 */
import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const unlock = async (folder: string): Promise<void> => {
  await chmod(folder, 0o700);
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) if (entry.isDirectory()) await unlock(join(folder, entry.name));
};

const ignoreMissing = (error: unknown): void => {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
};

/** Comes back without a word when there is nothing. */
export const removeTree = async (folder: string): Promise<void> => {
  await unlock(folder).catch(ignoreMissing);
  await rm(folder, { recursive: true, force: true });
};
