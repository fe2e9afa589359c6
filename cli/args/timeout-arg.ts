/** How long a command that waits may wait: nothing waits for ever. */
import { right } from "fp-ts/lib/Either.js";
import type { Environment } from "../../lib/contract/alias.ts";
import { durationArg } from "./duration-arg.ts";
import { defaulted } from "./option.ts";

const defaultMs = 15 * 60_000;

export const timeoutArg = (env: Environment) =>
  defaulted(
    env,
    {
      long: "timeout",
      type: durationArg(),
      about: "how long to watch; what is not done by then goes on",
      shown: "15m",
    },
    () => right(defaultMs),
  );
