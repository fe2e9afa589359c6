{
  description = "hd: deploys NixOS hosts by message, on the record";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";

  outputs = { self, nixpkgs }:
    let
      forAll = nixpkgs.lib.genAttrs [ "x86_64-linux" "aarch64-linux" ];
    in
    {
      # `nix develop`: all that `npm start` and `npm test` need, the NATS server included.
      devShells = forAll (system:
        let pkgs = nixpkgs.legacyPackages.${system}; in
        { default = pkgs.mkShell { packages = [ pkgs.nodejs_22 pkgs.git pkgs.nats-server pkgs.natscli ]; }; });
    };
}
