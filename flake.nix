{
  description = "hd: deploys NixOS hosts by message, on the record";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      forAll =
        make:
        lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (
          system:
          make {
            inherit system;
            pkgs = nixpkgs.legacyPackages.${system};
            hd = self.packages.${system}.homelab-deploy;
          }
        );
      app = description: program: {
        type = "app";
        inherit program;
        meta = { inherit description; };
      };
    in
    {
      packages = forAll (
        { pkgs, hd, ... }:
        {
          homelab-deploy = pkgs.callPackage ./nixos/package.nix { };
          default = hd;
        }
      );

      overlays.default = final: _: { homelab-deploy = final.callPackage ./nixos/package.nix { }; };

      nixosModules.default =
        { lib, pkgs, ... }:
        {
          imports = [ ./nixos/module.nix ];
          services.homelab-deploy.package =
            lib.mkDefault
              self.packages.${pkgs.stdenv.hostPlatform.system}.homelab-deploy;
        };

      apps = forAll (
        { pkgs, hd, ... }:
        {
          default = app "The command line of hd" (lib.getExe hd);
          # `nix run .#up`: a fleet of three hosts to play with, and the server that it needs.
          up = app "A fleet of three hosts to play with" (
            lib.getExe (
              pkgs.writeShellApplication {
                name = "hd-up";
                runtimeInputs = [
                  hd
                  pkgs.git
                  pkgs.nats-server
                ];
                text = ''exec hd up "$@"'';
              }
            )
          );
        }
      );

      checks = forAll (
        {
          pkgs,
          hd,
          system,
        }:
        {
          package = hd;
          module = import ./nixos/tests/whole-system.nix {
            inherit lib pkgs system;
            module = self.nixosModules.default;
          };
        }
        // lib.optionalAttrs (system == "x86_64-linux") (
          import ./nixos/tests {
            inherit lib pkgs;
            module = self.nixosModules.default;
          }
        )
      );

      # `nix develop`: all that `npm start` and `npm test` need, the NATS server included.
      devShells = forAll (
        { pkgs, ... }:
        {
          default = pkgs.mkShell {
            packages = [
              pkgs.nodejs
              pkgs.git
              pkgs.nats-server
              pkgs.natscli
              pkgs.nix
              pkgs.nixfmt
            ];
          };
        }
      );

      formatter = forAll ({ pkgs, ... }: pkgs.nixfmt-tree);
    };
}
