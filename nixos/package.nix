# hd, built from source. npm fetches its own packages, one fixed-output derivation for each, under the hash that
# package-lock.json has of it: no address is written anywhere, and no hash by hand. The bundle needs Node and nothing of
# node_modules, so the package holds the bundle alone. Needs a nixpkgs with importNpmLock's packageSourceOverrides (25.05).
{
  lib,
  stdenv,
  buildNpmPackage,
  importNpmLock,
  runCommand,
  makeWrapper,
  nodejs,
  cacert,
  git,
  openssh,
}:
let
  manifest = lib.importJSON ../package.json;

  certificates = "${cacert}/etc/ssl/certs/ca-bundle.crt";

  # npm takes a file for a package only if its name says so; a store path may hold neither @ nor /.
  pack =
    {
      name,
      version,
      integrity,
    }:
    runCommand "${lib.replaceStrings [ "@" "/" ] [ "" "-" ] name}-${version}.tgz"
      {
        outputHash = integrity;
        outputHashMode = "flat";
        nativeBuildInputs = [ nodejs ];
        SSL_CERT_FILE = certificates;
        NODE_EXTRA_CA_CERTS = certificates;
        # What leads to a proxy or a mirror of the machine; the hash guards what comes from there too.
        impureEnvVars = lib.fetchers.proxyImpureEnvVars ++ [ "npm_config_registry" ];
      }
      ''
        export HOME=$TMPDIR
        mkdir packed
        npm pack --ignore-scripts --loglevel=error --pack-destination=packed ${lib.escapeShellArg "${name}@${version}"}
        mv packed/*.tgz "$out"
      '';

  npm = import ./npm-sources.nix {
    package = manifest;
    lock = lib.importJSON ../package-lock.json;
    tools = [ "esbuild" ];
    platform = {
      os = stdenv.buildPlatform.node.platform;
      cpu = stdenv.buildPlatform.node.arch;
    };
    inherit pack;
  };
in
buildNpmPackage {
  pname = manifest.name;
  inherit (manifest) version;
  inherit nodejs;

  # What the build reads and no more: a change of the documentation is no new package, and restarts no listener.
  src = lib.sourceByRegex ../. [
    "^(cli|handlers|lib|streams)(/.*)?$"
    "^scripts(/build\\.mjs)?$"
    "^package(-lock)?\\.json$"
    "^LICENSE$"
  ];

  npmDeps = importNpmLock {
    inherit (npm) package packageLock;
    packageSourceOverrides = npm.sources;
  };
  inherit (importNpmLock) npmConfigHook;
  nativeBuildInputs = [ makeWrapper ];

  # A git and an ssh that the caller has come first: they fit the machine and its configuration.
  installPhase = ''
    runHook preInstall
    mkdir -p "$out/lib/hd"
    cp -r dist LICENSE "$out/lib/hd/"
    makeWrapper ${lib.getExe nodejs} "$out/bin/hd" \
      --add-flags "$out/lib/hd/dist/hd.mjs" \
      --suffix PATH : ${
        lib.makeBinPath [
          git
          openssh
        ]
      }
    runHook postInstall
  '';

  doInstallCheck = true;
  installCheckPhase = ''
    runHook preInstallCheck
    test "$("$out/bin/hd" --version)" = ${manifest.version}
    runHook postInstallCheck
  '';

  meta = {
    inherit (manifest) description;
    license = lib.licenses.mit;
    mainProgram = "hd";
  };
}
