/** Places in the log of hosts that a fleet file has not, or no longer: what is asked of their tiers is kept there for nobody. */
import { map, type TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../../lib/contract/failure.ts";
import { hostDurable, hostOfDurable, logStream } from "../../lib/contract/log-names.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import type { Provisioner } from "../../lib/router/provisioner.ts";
import type { Part } from "./applied-text.ts";

/** Others than hosts are none of its business. */
export const extraPlaces = (
  port: Provisioner,
  hosts: readonly HostIdentity[],
  folder: string,
): TaskEither<Failure, readonly Part[]> => {
  const wanted = new Set(hosts.map(({ hostname }) => hostDurable(hostname)));
  return map((found: readonly { readonly name: string }[]) =>
    found.flatMap(({ name }): readonly Part[] => {
      const host = wanted.has(name) ? undefined : hostOfDurable(name);
      const remedy = `hd host remove ${host} --fleet ${folder}`;
      return host === undefined
        ? []
        : [{ kind: "consumer", name, outcome: "extra", fixed: [], differences: [], remedy }];
    }),
  )(port.consumers(logStream));
};
