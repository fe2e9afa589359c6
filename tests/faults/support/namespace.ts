/**
 * A network namespace for a part of the fleet, with one cable to the rest that can be pulled. It takes root. The addresses
 * are of a range that is kept for tests of networks.
 */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Argv } from "../../../lib/nix/launch.ts";
import type { Stage } from "./fault.ts";
import { machine, once } from "./machine.ts";

const ip = (line: string): string => machine("ip", ...line.split(" "));

export const noNamespaces = once(() => {
  const name = `hdf${process.pid}t`;
  ip(`netns add ${name}`);
  ip(`netns del ${name}`);
}, "it makes a network namespace, which this user or machine may not");

export interface Namespace {
  /** Of the outside and of the inside. */
  readonly addresses: readonly [outside: string, inside: string];
  readonly pull: () => void;
  readonly plug: () => void;
  /** A program that runs another one inside. */
  readonly wrapper: (program: string) => string;
  readonly inside: (argv: Argv) => Argv;
}

export const namespace = (stage: Stage): Namespace => {
  const name = `hdf${process.pid}`;
  const net = `198.18.${stage.random.integer(0, 255)}`;
  const [outside, inside] = [`${net}.1`, `${net}.2`];
  const [near, far] = [`${name}a`, `${name}b`];
  ip(`netns add ${name}`);
  // With the namespace goes its end of the cable, and with that the other one.
  stage.after(async () => void ip(`netns del ${name}`));
  ip(`link add ${near} type veth peer name ${far} netns ${name}`);
  ip(`addr add ${outside}/30 dev ${near}`);
  ip(`link set ${near} up`);
  ip(`-n ${name} addr add ${inside}/30 dev ${far}`);
  ip(`-n ${name} link set ${far} up`);
  ip(`-n ${name} link set lo up`);
  return {
    addresses: [outside, inside],
    pull: () => void ip(`link set ${near} down`),
    plug: () => void ip(`link set ${near} up`),
    wrapper: (program) => {
      const file = join(stage.dir, "inside");
      writeFileSync(file, `#!/bin/sh\nexec ip netns exec ${name} ${program} "$@"\n`);
      chmodSync(file, 0o755);
      return file;
    },
    inside: (argv) => ["ip", "netns", "exec", name, ...argv],
  };
};
