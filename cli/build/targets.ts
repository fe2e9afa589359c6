/** From the words that a person typed to what is to be built. Which repositories and hosts there are only a builder knows. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type BuildAddress, buildHost, parseBuild, shortBuild } from "../../lib/contract/build-address.ts";
import { read } from "../../lib/contract/codec.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { type HostName, Repo } from "../../lib/contract/names.ts";

const wrong = (message: string) => left(failure("invalid_request", `Nothing was sent: ${message}`));

/** A bare repository means all of its hosts. */
const parse = (word: string): Either<string, BuildAddress> =>
  parseBuild(read(Repo, word) === undefined ? word : `${word}/all`);

/** Words that mean the same are one. */
const addressesOf = (words: readonly string[]): Either<Failure, readonly BuildAddress[]> => {
  const found = new Map<string, BuildAddress>();
  for (const word of words) {
    const address = parse(word);
    if (isLeft(address)) return wrong(`${address.left}.`);
    found.set(shortBuild(address.right), address.right);
  }
  return right([...found.values()]);
};

/** `hosts`: of all that a repository configures only these. */
export const buildsOf = (
  words: readonly string[],
  hosts: readonly HostName[],
): Either<Failure, readonly BuildAddress[]> => {
  const addresses = addressesOf(words);
  if (isLeft(addresses) || hosts.length === 0) return addresses;
  const named = addresses.right.find((address) => buildHost(address) !== undefined);
  if (named !== undefined)
    return wrong(
      `--host picks some of all hosts, and ${shortBuild(named)} is one host already. Leave out one of them.`,
    );
  return addresses;
};
