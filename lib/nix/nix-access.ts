/**
 * Whether Nix can build here, found out by building: what is installed, configured and permitted shows in nothing else.
 * `store`: in the store of the machine. `private`: in one below a folder of our own. The store of the machine is tried only
 * if there is one, because Nix as root would make it.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { nixTrial } from "./commands.ts";
import { firstError } from "./first-error.ts";
import { type Environment, gitEnvironment } from "./git.ts";
import type { Argv } from "./launch.ts";
import { inPrivateNix, preparePrivateNix, privateNixEnvironment } from "./private-nix.ts";
import { type Ran, run } from "./process.ts";
import type { Outside } from "./reboot-needed.ts";
import { nixStore } from "./system-links.ts";
import { asIs } from "./workplace.ts";

export type NixAccess = "store" | "private";

export interface NixPlace {
  readonly access: NixAccess;
  readonly place: (argv: Argv) => Argv;
  readonly env: Environment;
  readonly outside: Outside;
}

const trialMs = 30_000;

const placeOf = (access: NixAccess, folder: string, env: Environment): NixPlace =>
  access === "store"
    ? { access, place: asIs, env, outside: (path) => path }
    : {
        access,
        place: inPrivateNix(folder),
        env: { ...env, ...privateNixEnvironment(folder) },
        outside: (path) => (path.startsWith(`${nixStore}/`) ? join(folder, path) : path),
      };

const reason = ({ notStarted, timedOut, stderr, code }: Ran): string => {
  if (notStarted !== null) return notStarted;
  if (timedOut) return `a trial build took longer than ${trialMs / 1000} s`;
  const said = firstError(stderr) ?? stderr.trim().split("\n").at(-1);
  return said === undefined || said === "" ? `a trial build ended with exit code ${code}` : said;
};

const trial = async ({ place, env }: NixPlace): Promise<string | undefined> => {
  const argv = place(nixTrial(`hd-trial-${Date.now()}`));
  const ran = await run(argv, { timeoutMs: trialMs, env: gitEnvironment(env), cwd: "/" });
  return ran.code === 0 ? undefined : reason(ran);
};

/** Tries what can be tried, in the folder `root`. Left: why Nix cannot be used, each way with its reason. */
export const nixPlace = async (root: string, env: Environment): Promise<Either<string, NixPlace>> => {
  const installed = await run(["nix", "--version"], { timeoutMs: trialMs, env });
  if (installed.missing) return left("no nix on this machine");
  const folder = join(root, "private");
  await preparePrivateNix(folder);
  const reasons: string[] = [];
  for (const access of existsSync(nixStore) ? (["store", "private"] as const) : (["private"] as const)) {
    const place = placeOf(access, folder, env);
    const wrong = await trial(place);
    if (wrong === undefined) return right(place);
    reasons.push(`${access === "store" ? "the machine's store" : "a private store"}: ${wrong}`);
  }
  return left(reasons.join("; "));
};
