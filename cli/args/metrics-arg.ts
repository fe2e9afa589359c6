/** Where a service shows its metrics. */
import type { Environment } from "../../lib/contract/alias.ts";
import { MetricsAddress } from "../../lib/contract/metrics-address.ts";
import { textArg } from "./arg-type.ts";
import { optional } from "./option.ts";

export const metricsArg = (env: Environment, variables: readonly string[]) =>
  optional(env, {
    long: "metrics",
    type: textArg("address:port", MetricsAddress),
    about: "where Prometheus may read its metrics, such as 127.0.0.1:9473; without it nowhere",
    env: variables,
  });
