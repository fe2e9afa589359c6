/**
 * One try of a health check: a command, a TCP port or an HTTP address. What is wrong is a clause for people; it may end up in
 * a record, so it holds no credentials. Nothing here takes longer than the check's deadline or than what is left of the
 * deployment, whatever the other side does.
 */
import { type Either, left } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { HealthCheck } from "../contract/health-check.ts";
import type { Environment } from "./git.ts";
import { probeCommand } from "./probe-command.ts";
import { probeHttp } from "./probe-http.ts";
import { probeTcp } from "./probe-tcp.ts";

export interface ProbePlace {
  readonly env: Environment;
  readonly timeLeftMs: () => number;
}

const tryOnce = async (check: HealthCheck, env: Environment, timeoutMs: number): Promise<Either<string, void>> => {
  const { command, tcp, http, status } = check;
  if (command !== undefined) return probeCommand(command, env, timeoutMs);
  if (tcp !== undefined) return probeTcp(tcp, timeoutMs);
  if (http !== undefined) return probeHttp(http, status, timeoutMs);
  return left("it names neither a command nor a port nor an address");
};

export const probeWith =
  ({ env, timeLeftMs }: ProbePlace) =>
  (check: HealthCheck): TaskEither<string, void> =>
  async () => {
    const timeoutMs = Math.min(check.timeout_ms, timeLeftMs());
    return timeoutMs > 0 ? tryOnce(check, env, timeoutMs) : left("no time was left for it");
  };
