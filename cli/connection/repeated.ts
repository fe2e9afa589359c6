/**
 * The options of a connection as they were typed, for commands that are printed to be typed next: without them these would
 * speak to another server, or in another name. What a variable gave is there the next time too. Secrets are named by their
 * files, so there are none in it.
 */
import { isOption, type Sourced } from "../args/option.ts";
import { shellQuoted } from "../print/shell-quoted.ts";
import type { GivenConnection } from "./access.ts";

const words = (given: Sourced<string | readonly string[]> | undefined): string => {
  if (given === undefined || !isOption(given.from)) return "";
  return [given.value]
    .flat()
    .map((value) => ` ${given.from} ${shellQuoted(value)}`)
    .join("");
};

/** Each with a space before it. */
export const repeated = ({ access, context, as }: GivenConnection): string => {
  const { servers, nkeyFile, creds, user, passwordFile, tokenFile, tlsCa, tlsCert, tlsKey, tlsFirst } = access;
  const valued = [context, servers, nkeyFile, creds, user, passwordFile, tokenFile, tlsCa, tlsCert, tlsKey, as];
  return `${valued.map(words).join("")}${tlsFirst ? " --tls-first" : ""}`;
};
