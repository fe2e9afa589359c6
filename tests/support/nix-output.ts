/** What Nix really printed, by version, for the same mistakes; only long traces are shortened. */

const drv = (name: string): string => `/nix/store/z38331zgivrawq765xa96gkv2g5l8sln-${name}.drv`;

/** A unit's builder fails, and the system that needs it with it. The builder itself logs the word error. */
export const failedBuild = {
  "2.8.0": `building '${drv("unit-nginx.service")}'...
error: builder for '${drv("unit-nginx.service")}' failed with exit code 7;
       last 3 log lines:
       > checking nginx
       > error: unknown directive "lisen"
       > giving up
       For full logs, run 'nix log ${drv("unit-nginx.service")}'.
error: 1 dependencies of derivation '${drv("etc")}' failed to build
error: 1 dependencies of derivation '${drv("nixos-system-web1")}' failed to build
`,
  "2.26.3": `these 3 derivations will be built:
  ${drv("unit-nginx.service")}
  ${drv("nixos-system-etc-x")}
  ${drv("nixos-system-web1-x")}
building '${drv("unit-nginx.service")}'...
error: builder for '${drv("unit-nginx.service")}' failed with exit code 7;
       last 3 log lines:
       > checking nginx
       > error: unknown directive "lisen"
       > giving up
       For full logs, run:
         nix log ${drv("unit-nginx.service")}
error: 1 dependencies of derivation '${drv("nixos-system-etc-x")}' failed to build
error: 1 dependencies of derivation '${drv("nixos-system-web1-x")}' failed to build
`,
  "2.34.8": `remote: Counting objects:   8% (1/12)\r        remote: Counting objects: 100% (12/12), done.
building '${drv("unit-nginx.service")}'...
error: Cannot build '${drv("unit-nginx.service")}'.
       Reason: builder failed with exit code 7.
       Output paths:
         /nix/store/imzzabpfnxv6nfkhrfzkr0c42wg3hg8v-unit-nginx.service
       Last 3 log lines:
       > checking nginx
       > error: unknown directive "lisen"
       > giving up
       For full logs, run:
         nix log ${drv("unit-nginx.service")}
error: Cannot build '${drv("nixos-system-etc-x")}'.
       Reason: 1 dependency failed.
       Output paths:
         /nix/store/86mlqxzzmxr7d51z4shzg8zgv6lhxv5g-nixos-system-etc-x
error: Cannot build '${drv("nixos-system-web1-x")}'.
       Reason: 1 dependency failed.
       Output paths:
         /nix/store/wh9kf7m3jf1f87a1d1qlab0b9r8p8ph4-nixos-system-web1-x
`,
} as const;

const trace = (where: string): string => `error:
       … while calling the 'derivationStrict' builtin
         at ${where}/derivation-internal.nix:37:12:
           36|
           37|   strict = derivationStrict drvAttrs;
             |            ^
           38|

       (stack trace truncated; use '--show-trace' to show the full, detailed trace)

`;

export const thrown = {
  "2.8.0": `error: services.web.port is 80800; a port is at most 65535
(use '--show-trace' to show detailed location information)
`,
  "2.26.3": `${trace("<nix>")}       error: services.web.port is 80800; a port is at most 65535
`,
  "2.34.8": `${trace("«nix-internal»")}       error: services.web.port is 80800; a port is at most 65535
`,
} as const;

const assertions = `error:
       Failed assertions:
       - The option \`fileSystems' does not specify your root file system.
       - You must set boot.loader.grub.devices
`;

export const failedAssertions = {
  "2.8.0": `${assertions}(use '--show-trace' to show detailed location information)
`,
  "2.26.3": `${trace("<nix>")}       ${assertions}`,
  "2.34.8": `${trace("«nix-internal»")}       ${assertions}`,
} as const;

const missing = `'packages.x86_64-linux.nixosConfigurations."nope".config.system.build.toplevel', 'legacyPackages.x86_64-linux.nixosConfigurations."nope".config.system.build.toplevel' or 'nixosConfigurations."nope".config.system.build.toplevel'`;

export const missingHost = {
  "2.8.0": `error: flake 'git+file:///r?ref=refs%2fheads%2fmain&rev=0123' does not provide attribute ${missing}
       Did you mean one of web1 or web2?
`,
  "2.26.3": `error: flake 'git+file:///r?ref=refs/heads/main&rev=0123' does not provide attribute ${missing}
`,
} as const;

export const missingCommit = {
  "2.26.3": `fatal: git upload-pack: not our ref 0123456789012345678901234567890123456789
fatal: remote error: upload-pack: not our ref 0123456789012345678901234567890123456789
error:
       … while fetching the input 'git+file:///r?ref=refs/heads/main&rev=0123456789012345678901234567890123456789'

       error: Cannot find Git revision '0123456789012345678901234567890123456789' in ref 'refs/heads/main' of repository 'file:///r'! Please make sure that the rev exists on the ref you've specified or add allRefs = true; to fetchGit.
`,
  "2.34.8": `fatal: remote error: upload-pack: not our ref 0123456789012345678901234567890123456789
error:
       … while fetching the input 'git+file:///r?ref=refs/heads/main&rev=0123456789012345678901234567890123456789'

       error: Failed to fetch git repository 'file:///r'
`,
} as const;

export const hashMismatch = `building '${drv("hm")}'...
error: hash mismatch in fixed-output derivation '${drv("hm")}':
         specified: sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
            got:    sha256-mOpuTyFvL7S2n/+bOkSELDhobKaF8/VdxIxdP7EQe+Q=
`;
