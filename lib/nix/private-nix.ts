/**
 * A /nix of one's own for a user who has none: below a folder, in a mount namespace that ends with the command. Nothing of
 * the machine is changed, and an ordinary user may do it where user namespaces are allowed. Store paths look as always
 * inside, and lie below the folder seen from outside.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "./git.ts";
import type { Argv } from "./launch.ts";

/**
 * Fixed, and given everything by its arguments: the folder, then the command. A new root is put together from what the old
 * one holds, since `/nix` may not exist and an ordinary user cannot make it.
 */
const script = `set -eu
state=$1
shift
mount -t tmpfs tmpfs "$state/root"
mount --make-unbindable "$state/root"
for entry in /*; do
  if [ "$entry" = /nix ]; then continue
  elif [ -L "$entry" ]; then ln -s "$(readlink "$entry")" "$state/root$entry"
  elif [ -d "$entry" ]; then mkdir "$state/root$entry"; mount --rbind "$entry" "$state/root$entry"
  fi
done
mkdir "$state/root/nix"
mount --bind "$state/nix" "$state/root/nix"
exec unshare --root="$state/root" --wd=/ -- "$@"
`;

const asRoot = (): boolean => process.getuid?.() === 0;

/** `folder` is absolute and was prepared. The command runs in `/`. */
export const inPrivateNix =
  (folder: string) =>
  (argv: Argv): Argv => [
    "unshare",
    ...(asRoot() ? [] : ["--map-root-user"]),
    "--mount",
    "--propagation",
    "private",
    "--",
    "/bin/sh",
    "-c",
    script,
    "private-nix",
    folder,
    ...argv,
  ];

const settings = [
  "experimental-features = nix-command flakes",
  "build-users-group =",
  "sandbox = false",
  "substituters =",
  "flake-registry =",
];

/** Settings of the machine's own Nix have no say here: they speak of its builders and its daemon. */
export const privateNixEnvironment = (folder: string): Environment => ({
  NIX_REMOTE: "local",
  NIX_CONF_DIR: join(folder, "etc"),
  NIX_USER_CONF_FILES: "",
  NIX_PATH: "",
  XDG_CACHE_HOME: join(folder, "cache"),
  NIX_CONFIG: settings.join("\n"),
});

export const preparePrivateNix = async (folder: string): Promise<void> => {
  for (const name of ["nix", "root"]) await mkdir(join(folder, name), { recursive: true });
};
