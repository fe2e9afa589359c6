/**
 * Whose name requests bear. The server knows a key by one name, so the name that a context has goes with the context's own
 * credentials and with no others.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { read } from "../../lib/contract/codec.ts";
import { Requester } from "../../lib/contract/names.ts";
import { isOption, type Sourced } from "../args/option.ts";
import { originOf, type Reached } from "./access.ts";

const ofContext = ({ context, credentials }: Reached): Sourced<Requester> | undefined =>
  context?.context.requester === undefined || credentials !== context.context.credentials
    ? undefined
    : { value: context.context.requester, from: originOf(context) };

/** Left: why there is none, with what to do. */
export const requesterOf = (
  as: Sourced<Requester> | undefined,
  reached: Reached,
  login: string | undefined,
): Either<string, Sourced<Requester>> => {
  const own = ofContext(reached);
  // A context that an option names stands above a variable.
  const isNamed = isOption(reached.context?.from ?? "") && !isOption(as?.from ?? "");
  const given = isNamed ? (own ?? as) : (as ?? own);
  if (given !== undefined) return right(given);
  const name = read(Requester, login);
  if (name !== undefined) return right({ value: name, from: "login name" });
  const why = login === undefined ? "you have no login name here" : `your login name "${login}" cannot be one`;
  return left(`a requester's name is needed and ${why}; give --as <name>, or set HOMELAB_DEPLOY_REQUESTER`);
};
