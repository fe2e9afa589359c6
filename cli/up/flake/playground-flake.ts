/**
 * The playground's flake as data: its files at each of three revisions. The good and the better one follow each other on
 * `main` and are tagged `v1` and `v2`; the broken one is the tip of the branch `broken`, and does not build.
 */
import { flakeNix } from "./flake-nix.ts";
import { type HostSettings, hostScript } from "./host-script.ts";
import { switchToConfiguration } from "./switch-to-configuration.ts";

export interface FlakeFile {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

export interface FlakeCommit {
  readonly branch: string;
  readonly tag?: string;
  readonly message: string;
  /** All files of the commit. */
  readonly files: readonly FlakeFile[];
}

export interface Playground {
  readonly hosts: readonly string[];
  /** As Nix calls it, such as `x86_64-linux`. */
  readonly system: string;
}

const filesOf = ({ hosts, system }: Playground, settings: HostSettings): readonly FlakeFile[] => [
  {
    path: "flake.nix",
    text: flakeNix.replaceAll("@SYSTEM@", system).replaceAll("@HOSTS@", hosts.map((host) => `"${host}"`).join(" ")),
    executable: false,
  },
  { path: "system/bin/switch-to-configuration", text: switchToConfiguration, executable: true },
  ...hosts.map((host) => ({ path: `hosts/${host}`, text: hostScript(host, settings), executable: true })),
];

/** Oldest first. Host names are taken as they are: they have passed the contract's rule. */
export const playgroundFlake = (playground: Playground): readonly FlakeCommit[] => [
  {
    branch: "main",
    tag: "v1",
    message: "Set up the hosts",
    files: filesOf(playground, { port: 8080, greeting: "hello" }),
  },
  {
    branch: "main",
    tag: "v2",
    message: "Greet more warmly",
    files: filesOf(playground, { port: 8080, greeting: "hello again" }),
  },
  {
    branch: "broken",
    message: "Move to another port",
    files: filesOf(playground, { port: 80_800, greeting: "hello again" }),
  },
];
