/** Hosts by the words of a person who only looks: a host by its name alone too, a tier, an address, or an alias. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Address, shortAddress } from "../../lib/contract/address.ts";
import { aliases, type Environment } from "../../lib/contract/alias.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { plain } from "../../lib/contract/plain.ts";
import { byText } from "../print/by-text.ts";
import { nearest } from "./nearest.ts";

export interface Choosable {
  readonly host: string;
  readonly tier: string | undefined;
  readonly addresses: readonly Address[];
}

const namesOf = ({ host, tier, addresses }: Choosable): readonly string[] => [
  host,
  ...(tier === undefined ? [] : [tier, `${tier}/all`, `${tier}/${host}`]),
  ...addresses.map(shortAddress),
];

/** `deploy.prod.web1` and `prod/web1` are one. */
const short = (word: string): string => word.replace(/^deploy\./, "").replaceAll(".", "/");

const shownLength = 80;

const nobody = (word: string, all: readonly Choosable[], repeated: string): Failure => {
  const known = [...new Set(all.flatMap(namesOf))].sort(byText);
  const near = nearest(short(word), known);
  const hint = near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
  const message = `The log knows no host by "${plain(word, shownLength)}".${hint} See what there is: hd hosts${repeated}`;
  return failure("unknown_target", message);
};

/** Of these, whom the words mean; without words all. `repeated`: the options of the connection, for the command that is named. */
export const chosen = <A extends Choosable>(
  all: readonly A[],
  words: readonly string[],
  env: Environment,
  repeated: string,
): Either<Failure, readonly A[]> => {
  if (words.length === 0) return right(all);
  const known = aliases(env);
  const isMeant = (word: string) => (one: Choosable) =>
    namesOf(one).includes(short(known.get(word.toLowerCase()) ?? word));
  const stranger = words.find((word) => !all.some(isMeant(word)));
  if (stranger !== undefined) return left(nobody(stranger, all, repeated));
  return right(all.filter((one) => words.some((word) => isMeant(word)(one))));
};
