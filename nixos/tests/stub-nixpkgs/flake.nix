{
  # A stand-in for nixpkgs, written by hand: the shapes of what our flake uses, and nothing that can be built. It forces
  # every module, test and lock file, so that a mistake in one is seen without a network, a store or a minute of time. Names
  # of options and of packages beyond these it does not know: nixpkgs' own lib and the flake's checks do.
  description = "Stand-in for nixpkgs: shapes only";

  outputs =
    { self }:
    let
      inherit (builtins)
        attrValues
        concatStringsSep
        foldl'
        fromJSON
        functionArgs
        intersectAttrs
        isFunction
        isPath
        listToAttrs
        mapAttrs
        match
        readFile
        replaceStrings
        seq
        toJSON
        ;

      fake =
        system: name:
        derivation {
          inherit name system;
          builder = "/bin/sh";
          args = [
            "-c"
            "exit 1"
          ];
        };

      lib = {
        genAttrs =
          names: f:
          listToAttrs (
            map (name: {
              inherit name;
              value = f name;
            }) names
          );
        optionalAttrs = yes: set: if yes then set else { };
        importJSON = path: fromJSON (readFile path);
        # `readFile` of what is not there would only be seen by a build.
        sourceByRegex = root: patterns: map (pattern: match pattern "package.json") patterns;
        makeBinPath = packages: concatStringsSep ":" (map (p: "${p}/bin") packages);
        getExe = p: "${p}/bin/${p.name}";
        escapeShellArg = text: "'${text}'";
        replaceStrings = replaceStrings;
        mkChangedOptionModule = _: _: _: { };
        mkRemovedOptionModule = _: _: { };
        mkRenamedOptionModule = _: _: { };
        mkDefault = x: x;
        mkForce = x: x;
        mapAttrs = mapAttrs;
        mapAttrsToList = f: set: attrValues (mapAttrs f set);
        filterAttrs = _: set: set;
        hasPrefix = _: _: true;
        concatStrings = concatStringsSep "";
        attrNames = builtins.attrNames;
        concatMapAttrs = f: set: foldl' (all: one: all // one) { } (attrValues (mapAttrs f set));
        fetchers.proxyImpureEnvVars = [ "https_proxy" ];
        trivial.release = "26.05";
        licenses.mit.spdxId = "MIT";
        nixosSystem =
          { modules, system }:
          seq (foldl' (all: one: seq (load { } one) all) true modules) {
            config = {
              systemd.units."hd.service".text = "";
              system.build.toplevel = fake system "system";
            };
          };
      };

      deep = value: builtins.deepSeq value value;

      # A module as a value, with all that it imports. What depends on another's configuration stays unread.
      load =
        args: module:
        let
          file = if isPath module then import module else module;
          value = if isFunction file then file (moduleArgs // args) else file;
        in
        foldl' (all: one: seq (load args one) all) value (value.imports or [ ]);
      moduleArgs = {
        inherit lib;
        config.services.homelab-deploy.package = fake "x86_64-linux" "hd";
        options = { };
        pkgs = mkPkgs "x86_64-linux";
      };

      # A node as others see it: its system, and those of its specialisations.
      built =
        name: node:
        let
          system = { build = lib.genAttrs [ "toplevel" "nixos-rebuild" ] (fake "x86_64-linux"); };
        in
        {
          inherit name system;
          specialisation = mapAttrs (_: _: { configuration = { inherit system; }; }) (node.specialisation or { });
        };
      runNixOSTest =
        {
          name,
          nodes,
          testScript,
          ...
        }:
        let
          loaded = mapAttrs (_: load { nodes = mapAttrs built loaded; }) nodes;
          script = if isFunction testScript then testScript { nodes = mapAttrs built loaded; } else testScript;
        in
        # Our nodes ask for nothing but each other, so all of them can be forced; what they import is only read.
        seq (deep (mapAttrs (_: node: removeAttrs node [ "imports" ]) loaded)) (
          fake "x86_64-linux" "vm-test-run-${name}" // { testScript = seq script script; }
        );

      names = [
        "bash"
        "cacert"
        "coreutils"
        "darkhttpd"
        "findutils"
        "git"
        "gitMinimal"
        "gnugrep"
        "gnused"
        "makeWrapper"
        "nats-server"
        "natscli"
        "nix"
        "nixfmt"
        "nixfmt-tree"
        "nodejs"
        "openssh"
        "stdenv"
      ];

      mkPkgs =
        system:
        let
          known = fake system;
          pkgs = lib.genAttrs names known // {
            inherit lib system;
            stdenv = {
              hostPlatform.system = system;
              buildPlatform.node = {
                platform = "linux";
                arch = if system == "x86_64-linux" then "x64" else "arm64";
              };
            };
            callPackage =
              file: given:
              let
                f = if isFunction file then file else import file;
              in
              f (intersectAttrs (functionArgs f) pkgs // given);
            buildNpmPackage =
              args: seq (deep args.src) (seq args.npmDeps.drvPath (known "${args.pname}-${args.version}" // { inherit (args) meta version; }));
            importNpmLock = {
              # As nixpkgs does it: each entry with its source, those that have none would need an address.
              __functor =
                _:
                { package, packageLock, packageSourceOverrides }:
                assert packageLock.lockfileVersion >= 2;
                let
                  resolved = mapAttrs (
                    path: entry: if path == "" then null else "file:${packageSourceOverrides.${path}}"
                  ) packageLock.packages;
                  of = mapAttrs (name: _: resolved."node_modules/${name}");
                in
                seq (deep [
                  resolved
                  (of package.dependencies)
                  (of package.devDependencies)
                ]) (known "sources");
              npmConfigHook = known "hook";
            };
            mkShell = { packages }: seq (deep (map (p: p.name) packages)) (known "nix-shell");
            writeText = name: text: seq text (known name);
            writeShellApplication = { name, text, runtimeInputs }: seq (lib.makeBinPath runtimeInputs) (known name);
            writeTextDir = path: text: seq text (known (replaceStrings [ "/" ] [ "-" ] path));
            runCommand = name: attrs: text: seq (toJSON (removeAttrs attrs [ "nativeBuildInputs" ])) (seq text (known name));
            testers = { inherit runNixOSTest; };
          };
        in
        pkgs;
    in
    {
      inherit lib;
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] mkPkgs;
    };
}
