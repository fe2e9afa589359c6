/**
 * `flake.nix` of the playground. It needs no nixpkgs, no network and no tool but `/bin/sh`, so it builds wherever Nix does,
 * in a sandbox too. `@SYSTEM@` and `@HOSTS@` are filled in.
 */
export const flakeNix = `{
  description = "The hosts of the hd playground";

  outputs = { self }:
    let
      hosts = [ @HOSTS@ ];

      # Built here and at once: nobody else has it.
      local = { preferLocalBuild = true; allowSubstitutes = false; };

      # Runs hosts/<host>, which writes the configuration of the host or fails the build.
      configuration = host: derivation (local // {
        name = "\${host}-configuration";
        system = "@SYSTEM@";
        builder = "/bin/sh";
        args = [ "-eu" ./hosts/\${host} ];
      });

      # The system of a host: a folder with bin/switch-to-configuration from ./system, and the configuration as manifest.nix.
      # Nix's own builder of profiles makes it, because a sandbox has no mkdir.
      toplevel = host: derivation (local // {
        name = "nixos-system-\${host}-playground";
        system = "builtin";
        builder = "builtin:buildenv";
        derivations = [ "true" 5 1 ./system ];
        manifest = configuration host;
      });
    in {
      nixosConfigurations = builtins.listToAttrs (map (host: {
        name = host;
        value.config.system.build.toplevel = toplevel host;
      }) hosts);
    };
}
`;
