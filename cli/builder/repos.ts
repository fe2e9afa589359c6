/** The repositories of a builder: from a file, by options, or both. One by the same name twice is refused, not chosen from. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { BuildRepo } from "../../lib/contract/builder-options.ts";
import { read } from "../../lib/contract/codec.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { Repo } from "../../lib/contract/names.ts";
import type { ArgType } from "../args/arg-type.ts";

/** `name=url`. The URL is not repeated where it is wrong, because it may hold a token. */
export const repoArg: ArgType<BuildRepo> = {
  name: "name=url",
  parse: (given) => {
    const at = given.indexOf("=");
    const [name, url] = [read(Repo, given.slice(0, Math.max(0, at))), given.slice(at + 1)];
    return name === undefined || url === ""
      ? left("must be a repository's name and its URL, such as nixos=git+https://git.example.org/nixos")
      : right({ name, url, hosts: [] });
  },
};

const wrong = (why: string): Either<Failure, never> =>
  left(failure("invalid_request", `The builder is not started: ${why}.`));

export const reposOf = async (
  file: string | undefined,
  given: readonly BuildRepo[],
): Promise<Either<Failure, readonly BuildRepo[]>> => {
  const { loadRepos } = await import("../../lib/fleet/load-repos.ts");
  const loaded = file === undefined ? right([]) : await loadRepos(file);
  if (isLeft(loaded)) return loaded;
  const all = [...loaded.right, ...given];
  const twice = all.find(({ name }, n) => all.findIndex((other) => other.name === name) < n);
  if (twice !== undefined) return wrong(`the repository ${twice.name} is named twice`);
  return all.length === 0
    ? wrong("it would build from no repository; name them with --config FILE, or --repo name=url")
    : right(all);
};
