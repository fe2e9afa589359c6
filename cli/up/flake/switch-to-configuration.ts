/**
 * `system/bin/switch-to-configuration` of the playground. It must not touch the machine: all it does, it does below HD_ROOT,
 * and without that it refuses.
 */
export const switchToConfiguration = `#!/bin/sh
# Stands in for the program of this name in a NixOS system: it switches below the folder HD_ROOT and leaves the machine alone.
set -eu
action=\${1:-}
root=\${HD_ROOT:?is not set: this program switches only below the folder that it names}
new=\${0%/bin/switch-to-configuration}

case $action in
  switch | test)
    echo "activating the configuration..." >&2
    mkdir -p "$root/run"
    ln -sfn "$new" "$root/run/current-system"
    read -r configuration < "$new/manifest.nix"
    echo "now running: $configuration" >&2
    ;;
  boot)
    echo "the configuration will run after the next start" >&2
    ;;
  dry-activate)
    echo "would activate the configuration..." >&2
    ;;
  *)
    echo "usage: switch-to-configuration switch | boot | test | dry-activate" >&2
    exit 1
    ;;
esac
`;
