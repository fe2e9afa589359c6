/**
 * From what options, variables and a context say to how NATS is reached, and where each part of that comes from. The rule a
 * reader could break: credentials of a context go to the servers of that context and to no other, so a context is used for
 * nothing at all when a server is named that is not one of its own.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Access } from "../../lib/contract/access.ts";
import type { Requester } from "../../lib/contract/names.ts";
import type { ContextName, NatsContext } from "../../lib/contract/nats-context.ts";
import { areAmong, localServer } from "../../lib/contract/server-address.ts";
import { isOption, type Sourced } from "../args/option.ts";
import type { Origins } from "../env.ts";
import { credentialsOf, type GivenCredentials } from "./credentials.ts";
import { type GivenTls, tlsOf } from "./tls.ts";

export interface GivenAccess extends GivenCredentials, GivenTls {
  readonly servers: Sourced<readonly string[]> | undefined;
}

export interface GivenConnection {
  readonly access: GivenAccess;
  readonly context: Sourced<ContextName> | undefined;
  readonly as: Sourced<Requester> | undefined;
}

export interface InUse {
  readonly context: NatsContext;
  readonly name: string;
  /** What names it: an option, a variable, or `selected`. */
  readonly from: string;
}

export interface Reached extends Access {
  readonly origins: Omit<Origins, "requester">;
  /** The context that is used. */
  readonly context: InUse | undefined;
  /** Why a context is not used: a clause. */
  readonly passedOver: string | undefined;
}

const only = <A>(one: Sourced<A> | undefined): Sourced<A> | undefined =>
  one !== undefined && isOption(one.from) ? one : undefined;

/** An option stands above every variable, so one that names a context silences the variables that would speak against it. */
const optionsOf = (given: GivenAccess): GivenAccess => ({
  servers: only(given.servers),
  nkeyFile: only(given.nkeyFile),
  creds: only(given.creds),
  user: only(given.user),
  passwordFile: only(given.passwordFile),
  tokenFile: only(given.tokenFile),
  tlsCa: only(given.tlsCa),
  tlsCert: only(given.tlsCert),
  tlsKey: only(given.tlsKey),
  tlsFirst: given.tlsFirst,
});

/** `undefined`: the servers are the context's own, or none are named. */
const mismatch = ({ servers }: GivenAccess, { name, context }: InUse): string | undefined =>
  servers === undefined || areAmong(servers.value, context.servers)
    ? undefined
    : `${servers.from} names ${servers.value.join(", ")}, and the context ${name} is for ${context.servers.join(", ")}`;

export const originOf = ({ name, from }: Pick<InUse, "name" | "from">): string => `context ${name} (${from})`;

const firstOf = ([first = localServer, ...more]: readonly string[]): readonly [string, ...string[]] => [first, ...more];

const assemble = (given: GivenAccess, used: InUse | undefined, passedOver?: string): Either<string, Reached> => {
  const origin = used === undefined ? "default" : originOf(used);
  const context = used?.context;
  const [credentials, tls] = [credentialsOf(given), tlsOf(given, context?.tls, origin)];
  if (isLeft(credentials)) return credentials;
  if (isLeft(tls)) return tls;
  const own = context?.credentials === undefined ? undefined : { value: context.credentials, from: origin };
  const chosen = credentials.right ?? own;
  return right({
    servers: firstOf(given.servers?.value ?? context?.servers ?? []),
    credentials: chosen?.value,
    tls: tls.right.value,
    origins: {
      servers: given.servers?.from ?? origin,
      credentials: chosen?.from ?? "none",
      tls: tls.right.from,
    },
    context: used,
    passedOver,
  });
};

/** Left: what contradicts itself, as a clause with its remedy. */
export const reachedBy = (given: GivenAccess, inUse: InUse | undefined): Either<string, Reached> => {
  if (inUse === undefined) return assemble(given, undefined);
  const spoken = isOption(inUse.from) ? optionsOf(given) : given;
  const against = mismatch(spoken, inUse);
  if (against === undefined) return assemble(spoken, inUse);
  return isOption(inUse.from) ? left(`${against}; leave one of them out`) : assemble(spoken, undefined, against);
};
