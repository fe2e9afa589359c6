/**
 * What a whole deployment takes beyond its commands: from the request to the record of its end, with a build that has been made
 * before and a switch that changes nothing, minus the same commands run bare, one after the other. The limit is a constant.
 */
import { execFile } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Commit } from "../../lib/contract/values.ts";
import { gitCheckout, gitFetch, gitInit, gitLsRemote, switchTo } from "../../lib/nix/commands.ts";
import type { Argv } from "../../lib/nix/launch.ts";
import { alternate } from "../alternate.ts";
import type { Place } from "../place.ts";
import type { Row } from "../row.ts";
import { startLogServer } from "../support/log-server.ts";
import { makePlayground, playgroundListener } from "../support/playground.ts";
import { rightOf } from "../support/right-of.ts";
import { untilFree } from "../support/until-free.ts";
import { wholeDeploymentMs } from "../support/whole-deployment.ts";

const limitMs = 150;
const run = promisify(execFile);

/** As the simulated engine runs them, in a folder of their own; `system` is what it has built. */
const bareCommands = async (root: string, remote: string, system: string): Promise<readonly Argv[]> => {
  await mkdir(root);
  const source = join(root, "source");
  const ref = "refs/heads/main";
  const { stdout } = await run("git", ["ls-remote", remote, ref]);
  const refspecs = [`+${ref}:refs/hd/build`];
  return [
    gitLsRemote(remote, [ref, `${ref}^{}`, "refs/tags/main", "refs/tags/main^{}"]),
    gitInit(source, { bare: false }),
    gitFetch({ repository: join(source, ".git"), remote, refspecs, commitsOnly: false }),
    gitCheckout(source, stdout.slice(0, 40) as Commit),
    switchTo(system, "switch"),
  ];
};

const bareMs = async (commands: readonly Argv[], root: string): Promise<number> => {
  const startMs = performance.now();
  for (const [program, ...words] of commands) await run(program, words, { env: { ...process.env, HD_ROOT: root } });
  return performance.now() - startMs;
};

const measure = async (place: Place) => {
  const server = await startLogServer(place);
  const flake = await makePlayground(place);
  const stateDir = join(place.dir, "state");
  await playgroundListener(place, server, flake, stateDir);
  const bus = await server.bus();
  const hosts = rightOf(await bus.roster.enrolled()());
  await wholeDeploymentMs(bus, hosts);
  const [built = ""] = await readdir(join(stateDir, "store"));
  const root = join(place.dir, "bare");
  const commands = await bareCommands(root, flake.url.replace(/^git\+/, ""), join(stateDir, "store", built));
  const { ours, limit } = await alternate({
    warmUps: 3,
    rounds: 15,
    ours: async () => {
      await untilFree(join(stateDir, "journal"));
      return wholeDeploymentMs(bus, hosts);
    },
    limit: () => bareMs(commands, root),
  });
  return { ours: ours - limit, limit: limitMs };
};

export const deployOverhead: Row = { name: "deploy-overhead", unit: "ms", bar: 1, direction: "at most", measure };
