/** Which credentials options and variables give. An option wins over a variable of any kind; two of one rank are a mistake. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { Credentials } from "../../lib/contract/access.ts";
import { isOption, type Sourced } from "../args/option.ts";

export interface GivenCredentials {
  readonly nkeyFile: Sourced<string> | undefined;
  readonly creds: Sourced<string> | undefined;
  readonly user: Sourced<string> | undefined;
  readonly passwordFile: Sourced<string> | undefined;
  readonly tokenFile: Sourced<string> | undefined;
}

type Candidate = Sourced<Credentials>;

const of = (given: Sourced<string> | undefined, make: (value: string) => Credentials): readonly Candidate[] =>
  given === undefined ? [] : [{ value: make(given.value), from: given.from }];

const candidates = ({ nkeyFile, creds, user, passwordFile, tokenFile }: GivenCredentials): readonly Candidate[] => [
  ...of(nkeyFile, (file) => ({ kind: "nkey", file })),
  ...of(creds, (file) => ({ kind: "creds", file })),
  ...of(tokenFile, (file) => ({ kind: "token", token: { file } })),
  ...(passwordFile === undefined
    ? []
    : of(user, (name) => ({ kind: "password", user: name, password: { file: passwordFile.value } }))),
];

/** One half of user and password; the other may be a variable, so the two need not have one rank. */
const halfOf = ({ user, passwordFile }: GivenCredentials): readonly [from: string, other: string] | undefined => {
  if (user !== undefined && passwordFile === undefined) return [user.from, "--password-file"];
  return user === undefined && passwordFile !== undefined ? [passwordFile.from, "--user"] : undefined;
};

/** Right, `undefined`: none are given. Left: a clause. */
export const credentialsOf = (given: GivenCredentials): Either<string, Candidate | undefined> => {
  const all = candidates(given);
  const options = all.filter(({ from }) => isOption(from));
  const [first, second] = options.length > 0 ? options : all;
  const [half, other] = halfOf(given) ?? [];
  if (half !== undefined && (first === undefined || isOption(half)))
    return left(`${half} is of no use without ${other}; give both`);
  return second === undefined
    ? right(first)
    : left(`${first?.from} and ${second.from} are two ways to log in; give one of them`);
};
