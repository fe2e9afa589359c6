/**
 * Where an engine's commands run, and how: each writes to the job's output file through a descriptor of its own, so that
 * nothing breaks when whoever started it is gone. What a command wrote is handed back with its end.
 */
import { type Environment, gitEnvironment } from "./git.ts";
import type { Argv } from "./launch.ts";
import { sizeOf, writtenSince } from "./output.ts";
import { type Ended, runToFile } from "./process.ts";

export interface Workplace {
  readonly outputFile: string;
  readonly env: Environment;
  /** Makes a command fit the place: other names for programs, or a private store around it. */
  readonly place: (argv: Argv) => Argv;
}

export interface Done extends Ended {
  /** What it wrote, from its beginning; the last MiB of it. */
  readonly output: string;
}

export const work = async (
  { outputFile, env, place }: Workplace,
  argv: Argv,
  timeoutMs: number,
  more: Environment = {},
): Promise<Done> => {
  const from = await sizeOf(outputFile);
  const options = { outputFile, timeoutMs: Math.max(1, timeoutMs), env: { ...gitEnvironment(env), ...more }, cwd: "/" };
  const ended = await runToFile(place(argv), options);
  return { ...ended, output: await writtenSince(outputFile, from) };
};

/** The programs of the machine as they are. */
export const asIs = (argv: Argv): Argv => argv;
