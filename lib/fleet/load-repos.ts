/**
 * `[repos.<name>]`: the repositories that a builder builds from, in a file of their own. What is not in it is not built, so every
 * mistake is told where it stands, and nothing is guessed. A URL may hold a token, so a wrong one is not repeated.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { BuildRepo } from "../contract/builder-options.ts";
import { type Codec, type Text, text as textOf } from "../contract/codec.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { HostName, Repo } from "../contract/names.ts";
import { type Fault, faultyFile, inOrder, type Tell } from "./fault.ts";
import { type NamedTable, namedTables } from "./named-tables.ts";
import { readSmall } from "./read-small.ts";
import { guarded, optional, present, refuseUnknown, required, scopeOf, someOf, text } from "./reader.ts";
import { readSyntax } from "./syntax.ts";
import type { TomlTable } from "./toml.ts";

/** What of it is a git repository is said by whoever asks it. */
const Address: Codec<Text<"FlakeAddress">> = textOf("FlakeAddress", {
  pattern: /^[!-~]+$/,
  maxLength: 2000,
  sentence: "the URL of a git repository, such as git+https://git.example.org/nixos",
});

const readRepo = ({ name, table }: NamedTable<Repo>, tell: Tell): BuildRepo | undefined => {
  const scope = scopeOf(table, `repos.${name}`, ["url", "hosts"], tell);
  if (scope === undefined) return undefined;
  const url = required(scope, "url", guarded(Address), '"git+https://git.example.org/nixos"');
  const hosts = optional(scope, "hosts", someOf(text(HostName), "name one host or more, or leave it out for all"));
  return url === undefined ? undefined : { name, url, hosts: hosts ?? [] };
};

const reposIn = (root: TomlTable, tell: Tell): readonly BuildRepo[] => {
  refuseUnknown(root, "in a file of repositories", ["repos"], tell);
  const tables = namedTables(root, { section: "repos", codec: Repo, reserved: () => undefined }, tell);
  if (!root.entries.has("repos"))
    tell(root, 'it names no repository, so nothing could be built; write [repos.<name>] with url = "git+https://…"');
  return present(tables.map((one) => readRepo(one, tell)));
};

/** The whole text of such a file. */
const readRepos = (given: string): Either<readonly Fault[], readonly BuildRepo[]> => {
  const faults: Fault[] = [];
  const tell: Tell = ({ line, column }, message) => {
    faults.push({ line, column, message });
  };
  const { root, whole } = readSyntax(given, tell);
  const repos = whole ? reposIn(root, tell) : [];
  return faults.length > 0 ? left(inOrder(faults)) : right(repos);
};

export const loadRepos = async (file: string): Promise<Either<Failure, readonly BuildRepo[]>> => {
  const whole = await readSmall(file);
  if (isLeft(whole)) return whole;
  if (whole.right === undefined)
    return left(
      failure("invalid_request", `There is no ${file}. It is a file with [repos.<name>]: see docs/builder.md.`),
    );
  const read = readRepos(whole.right.replace(/^\uFEFF/, ""));
  return isLeft(read) ? left(faultyFile(file, read.left, "The builder is not started")) : read;
};
