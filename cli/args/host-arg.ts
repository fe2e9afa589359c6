/** A host with its tier and roles, in one word: `prod/web1`, `prod/web1:web,dns`. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { read } from "../../lib/contract/codec.ts";
import { HostName, Role, Tier } from "../../lib/contract/names.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import type { ArgType } from "./arg-type.ts";

const parse = (text: string): Either<string, HostIdentity> => {
  const [, tierName, hostName, roleNames] = /^([^/:]+)\/([^/:]+)(?::(.+))?$/.exec(text) ?? [];
  const [tier, hostname] = [read(Tier, tierName), read(HostName, hostName)];
  const roles = (roleNames?.split(",") ?? []).map((role) => read(Role, role));
  if (tier === undefined || hostname === undefined || roles.includes(undefined)) {
    return left("must be <tier>/<name> with roles if it has any, such as prod/web1 or prod/web1:web,dns");
  }
  return right({ hostname, tier, roles: roles.filter((role) => role !== undefined) });
};

export const hostArg: ArgType<HostIdentity> = { name: "host", parse };
