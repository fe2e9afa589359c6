/** Where the rules for alerts stand: in a file of their own, or in the fleet file of a folder. One of them is given. */
import { type Either, left } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { LoadedRules } from "../../lib/fleet/load-rules.ts";
import { optional } from "../args/option.ts";
import type { CliEnv } from "../env.ts";
import { fleetOption, rulesOption } from "../fleet/fleet-args.ts";

export const rulesArgs = ({ env }: CliEnv) => ({
  rules: optional(env, rulesOption),
  fleet: optional(env, {
    ...fleetOption,
    about: "folder of the fleet file hd.toml, which has the rules and the sinks",
  }),
});

const notOne = (message: string): Either<Failure, never> => left(failure("invalid_request", message));

export const rulesGiven = async ({
  rules,
  fleet,
}: {
  readonly rules: string | undefined;
  readonly fleet: string | undefined;
}): Promise<Either<Failure, LoadedRules>> => {
  if (rules !== undefined && fleet !== undefined) return notOne("Give --rules or --fleet, not both.");
  const given = rules ?? fleet;
  if (given === undefined) return notOne("Give --rules FILE, or --fleet DIR where the fleet file has the rules.");
  const { loadRules } = await import("../../lib/fleet/load-rules.ts");
  return loadRules(given);
};
