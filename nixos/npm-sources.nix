# What a build of hd needs of npm, made from package.json and package-lock.json. The lock names each package by its version
# and its SHA-512, and none by an address: `pack` has npm fetch one by name, and the hash says whether it is the right one.
# Plain Nix without nixpkgs, so that a test can evaluate it anywhere.
{
  # package.json and package-lock.json, as values.
  package,
  lock,
  # Those of the devDependencies that the build runs. The others are for tests and checks, and are not downloaded.
  tools,
  # For which machine, in npm's words: { os, cpu }. Packages for others are not downloaded either.
  platform,
  # { name, version, integrity } -> the package as a .tgz.
  pack,
}:
let
  inherit (builtins)
    attrNames
    elem
    elemAt
    filter
    genericClosure
    intersectAttrs
    isString
    length
    listToAttrs
    mapAttrs
    removeAttrs
    split
    ;

  last = list: elemAt list (length list - 1);
  named = names: listToAttrs (map (name: { inherit name; value = null; }) names);
  keep = holds: set: intersectAttrs (named (filter (name: holds name set.${name}) (attrNames set))) set;

  entries = removeAttrs lock.packages [ "" ];

  # An alias has its real name written beside it; of everything else the folder is the name, also of what is nested.
  nameOf = path: entry: entry.name or (last (filter isString (split "node_modules/" path)));

  neededBy = entry: attrNames (entry.dependencies or { } // entry.optionalDependencies or { });
  toolPaths = map ({ key }: key) (genericClosure {
    startSet = map (name: { key = "node_modules/${name}"; }) tools;
    operator = { key }: map (name: { key = "node_modules/${name}"; }) (neededBy entries.${key});
  });

  isFor = { os, cpu }: entry: elem os (entry.os or [ os ]) && elem cpu (entry.cpu or [ cpu ]);
  isNeeded = path: entry: (!(entry.dev or false) || elem path toolPaths) && isFor platform entry;

  onlyTools = manifest: manifest // { devDependencies = intersectAttrs (named tools) manifest.devDependencies; };
in
{
  # One for each entry of the lock. What is left out of `packageLock` is never asked for, so it is never downloaded.
  sources = mapAttrs (path: entry: pack { name = nameOf path entry; inherit (entry) version integrity; }) entries;

  # Both files cut down to what the build needs, in agreement with each other.
  package = onlyTools package;
  packageLock = lock // {
    packages = keep isNeeded entries // { "" = onlyTools lock.packages.""; };
  };
}
