/** What Nix calls the kind of machine that this is, such as `x86_64-linux`. */
const processors: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64", ia32: "i686", arm: "armv7l" };

export const nixSystem = (): string => `${processors[process.arch] ?? process.arch}-${process.platform}`;
