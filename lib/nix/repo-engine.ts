/**
 * The engines of a builder: for each repository one that asks its remote, names its hosts and builds them, below a folder of the
 * builder. What was built of a host is kept by a link there, which Nix takes for a root, until something newer was built.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Either, isLeft, left, map, right } from "fp-ts/lib/Either.js";
import type { BuildEngineKind, BuildRepo } from "../contract/builder-options.ts";
import { logTailLines } from "../contract/deploy-event.ts";
import { type Failure, failure } from "../contract/failure.ts";
import type { HostName } from "../contract/names.ts";
import { cutOutput } from "../host/cut-output.ts";
import type { HostBuild, RepoEngine } from "../host/repo-engine.ts";
import { tail } from "../host/tail.ts";
import { buildSystem } from "./build-system.ts";
import { flakeHosts } from "./flake-hosts.ts";
import { type FlakeUrl, parseRepoUrl } from "./flake-url.ts";
import type { Environment } from "./git.ts";
import { nixPlace } from "./nix-access.ts";
import { resolveRevision } from "./resolve.ts";
import { simulateBuild, simulatedHosts } from "./simulated-build.ts";
import { asIs, type Workplace } from "./workplace.ts";

type Place = Pick<Workplace, "place" | "env">;

interface Site {
  readonly flake: FlakeUrl;
  /** Of this repository alone. */
  readonly outputs: string;
  readonly roots: string;
  /** Where the stand-in works. */
  readonly stage: string;
  readonly env: Environment;
}

const outputFile = ({ outputs }: Site, host: HostName): string => join(outputs, `${host}.log`);

/** Only the newest output of a host is kept, and of that the end. */
const logged = async <A>(site: Site, host: HostName, build: (output: string) => Promise<A>): Promise<A> => {
  const output = outputFile(site, host);
  await mkdir(site.outputs, { recursive: true });
  await rm(output, { force: true });
  return build(output).finally(() => cutOutput(output));
};

const common = (site: Site): Pick<RepoEngine, "resolve" | "tail"> => ({
  resolve: (revision, timeoutMs) => () => resolveRevision({ flake: site.flake, env: site.env, timeoutMs })(revision)(),
  tail: (host) => tail(outputFile(site, host), logTailLines),
});

const unusable = (why: string): Failure =>
  failure("build_failed", `Nix cannot be used on this machine: ${why}. Mend that, then ask again.`);

/** `find`: how Nix is called; asked once. */
const nixEngine = (site: Site, find: () => Promise<Either<string, Place>>): RepoEngine => {
  let found: Promise<Either<string, Place>> | undefined;
  const withNix = async <A>(use: (place: Place) => Promise<Either<Failure, A>>): Promise<Either<Failure, A>> => {
    found ??= find();
    const place = await found;
    return isLeft(place) ? left(unusable(place.left)) : use(place.right);
  };
  const { flake, roots } = site;
  const build =
    ({ host, resolved, timeoutMs }: HostBuild) =>
    () =>
      logged(site, host, (output) =>
        withNix(async (place) => {
          await mkdir(roots, { recursive: true });
          const root = join(roots, host);
          return buildSystem(
            { ...place, outputFile: output },
            { flake, resolved, host, root, timeLeftMs: () => timeoutMs },
          );
        }),
      );
  return {
    ...common(site),
    simulated: false,
    configurations: (resolved, timeoutMs) => () => withNix((place) => flakeHosts(place, flake, resolved, timeoutMs)),
    build,
  };
};

/** Each host has a checkout of its own, so that several can be built at once. */
const simulatedRepo = (site: Site): RepoEngine => {
  const { flake, env, stage } = site;
  return {
    ...common(site),
    simulated: true,
    configurations: (resolved, timeoutMs) => () =>
      simulatedHosts({ flake, env, root: join(stage, ".hosts"), timeoutMs }, resolved),
    build:
      ({ host, resolved, timeoutMs }) =>
      () =>
        logged(site, host, (output) =>
          simulateBuild(
            { flake, host, env, root: join(stage, host), outputFile: output, timeLeftMs: () => timeoutMs },
            resolved,
          ),
        ),
  };
};

/** `stateDir` is absolute. Left: a clause that says what is wrong with the flake URL. */
export const repoEngine = (
  { name, url }: Pick<BuildRepo, "name" | "url">,
  { kind, stateDir, env }: { readonly kind: BuildEngineKind; readonly stateDir: string; readonly env: Environment },
): Either<string, RepoEngine> =>
  map((flake: FlakeUrl): RepoEngine => {
    const [outputs, roots, stage] = [
      join(stateDir, "logs", name),
      join(stateDir, "roots", name),
      join(stateDir, "simulated", name),
    ];
    const site = { flake, outputs, roots, stage, env };
    switch (kind) {
      case "nix":
        return nixEngine(site, async () => right({ place: asIs, env }));
      case "sandbox":
        return nixEngine(site, () => nixPlace(join(stateDir, "nix"), env));
      case "simulated":
        return simulatedRepo(site);
    }
  })(parseRepoUrl(url));
