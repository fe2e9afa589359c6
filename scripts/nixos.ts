/**
 * Writes what follows from the NixOS module: docs/reference/nixos-options.md, and tests/nixos/snapshots, the units as systemd
 * reads them. `HD_NIXPKGS_LIB=… node --import tsx scripts/nixos.ts`; it needs Nix as well. Read the diff before you commit it.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { nixosPages } from "../tests/support/nixos-pages.ts";

const pages = await nixosPages();
if (pages === undefined) process.exitCode = 1;
for (const [path, text] of Object.entries(pages ?? {})) {
  const file = join(import.meta.dirname, "..", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
