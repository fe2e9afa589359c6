/** The listener as it ships, waiting for work. It has nothing to deploy, so its flake need not exist. */
import type { Place } from "../place.ts";
import { product } from "./bundled.ts";
import type { LogServer } from "./log-server.ts";
import { host } from "./names.ts";
import { type Program, startProgram } from "./start-program.ts";

export const productListener = (place: Place, { servers, keyFile }: LogServer, stateDir: string): Promise<Program> =>
  startProgram(place, [
    ...[process.execPath, product, "listener"],
    ...["--hostname", host.hostname, "--tier", host.tier],
    ...host.roles.flatMap((role) => ["--role", role]),
    ...["--nats-url", servers[0], "--nkey-file", keyFile(host.hostname)],
    ...["--flake-url", "git+file:///nowhere", "--state-dir", stateDir, "--engine", "simulated"],
  ] as [string, ...string[]]);
