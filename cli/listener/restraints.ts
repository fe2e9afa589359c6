/** What a host does not do by its own configuration, whatever it is asked. */

import { Reason } from "../../lib/contract/values.ts";
import { textArg } from "../args/arg-type.ts";
import { flag } from "../args/flag.ts";
import { optional } from "../args/option.ts";
import type { CliEnv } from "../env.ts";
import { variable } from "./variable.ts";

export const restraintArgs = ({ env }: CliEnv) => ({
  frozen: optional(env, {
    long: "frozen",
    type: textArg("reason", Reason),
    about: "take no deployment but in spite of a freeze; why, for everybody who is refused",
    env: variable("frozen"),
  }),
  noRollback: flag(env, {
    long: "no-rollback",
    about: "never go back when a new system is not healthy, as if every request said so",
    env: "HOMELAB_DEPLOY_NO_ROLLBACK",
  }),
});
