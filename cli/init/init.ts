/** `hd init`: a fleet file to begin with, or everything that follows from the one that is there. */
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { commit } from "../../lib/fleet/commit.ts";
import { notDone } from "../../lib/fleet/errno.ts";
import { loadFleet } from "../../lib/fleet/load.ts";
import { fleetFileOf } from "../../lib/fleet/places.ts";
import { readSmall } from "../../lib/fleet/read-small.ts";
import { starterFile } from "../../lib/fleet/starter.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import { alone } from "../fleet/change.ts";
import { isChanged, shortPath, writeGenerated } from "../fleet/generated-text.ts";
import { type MakeArgs, make } from "../fleet/make.ts";
import type { Ended } from "../work/with-bus.ts";
import { nextSteps } from "./next-steps.ts";

const begin = async (cli: CliEnv, dir: string, { form }: MakeArgs, signal: AbortSignal): Promise<Ended> => {
  const path = fleetFileOf(resolve(dir));
  const change = { kind: "write", path, text: starterFile, mode: 0o644 } as const;
  const done = await commit([change], { inputs: [{ path, text: undefined }], signal });
  if (isLeft(done)) return done;
  writeGenerated(cli, form, { files: [{ path, state: "created" }], keys: [], notes: [] });
  cli.stderr.write(
    `\nNext\n  edit ${shortPath(path)}: your server's address, your tiers and hosts, and who may deploy\n  hd init ${dir}   again, for keys and configuration\n`,
  );
  return right(exits.done);
};

const follow = async (cli: CliEnv, dir: string, args: MakeArgs, signal: AbortSignal): Promise<Ended> => {
  const loaded = await loadFleet(dir);
  if (isLeft(loaded)) return loaded;
  const made = await make(cli, args, { ...loaded.right, signal });
  if (isLeft(made)) return made;
  const { fleet } = loaded.right;
  if (isChanged(made.right)) cli.stderr.write(nextSteps(dir, fleet, made.right));
  else cli.stderr.write(`nothing to change: ${made.right.files.length} files are as ${fleetFileOf(dir)} has them\n`);
  return right(exits.done);
};

export const init = async (cli: CliEnv, dir: string, args: MakeArgs): Promise<Ended> => {
  try {
    await mkdir(resolve(dir), { recursive: true });
  } catch (thrown) {
    return left(notDone("written", resolve(dir), thrown));
  }
  return alone(cli, dir, async (signal) => {
    const text = await readSmall(fleetFileOf(resolve(dir)));
    if (isLeft(text)) return text;
    return (text.right === undefined ? begin : follow)(cli, dir, args, signal);
  });
};
