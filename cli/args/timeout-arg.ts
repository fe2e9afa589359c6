/** How long a command that waits may wait: nothing waits for ever. */
import { right } from "fp-ts/lib/Either.js";
import type { Environment } from "../../lib/contract/alias.ts";
import { durationArg } from "./duration-arg.ts";
import { defaulted } from "./option.ts";

const timeout = (env: Environment, about: string, shown: string, ms: number) =>
  defaulted(env, { long: "timeout", type: durationArg(), about, shown }, () => right(ms));

export const timeoutArg = (env: Environment) =>
  timeout(env, "how long to watch; what is not done by then goes on", "15m", 15 * 60_000);

/** Of a command that waits for answers only, which come at once or not at all. */
export const answerTimeoutArg = (env: Environment) =>
  timeout(env, "how long to wait for the hosts' answers", "30s", 30_000);
