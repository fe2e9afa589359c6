/**
 * Lends a command the log of a fleet, as its provisioner. Files come first: where the log cannot be reached they are written
 * all the same, and the failure says what is left to do.
 */
import { isLeft, left } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Fleet } from "../../lib/contract/fleet.ts";
import type { Requester } from "../../lib/contract/names.ts";
import { seedFileOf } from "../../lib/fleet/places.ts";
import { impliedProvisioner } from "../../lib/fleet/read-fleet.ts";
import type { CliEnv, Connection, Provisioning } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";

const provisionerOf = ({ users }: Fleet): Requester =>
  (users.find(({ role }) => role === "provisioner") ?? impliedProvisioner).name;

/** As whoever makes the log. `servers`: instead of those of the fleet file. */
export const fleetConnection = (
  { stderr }: CliEnv,
  fleet: Fleet,
  dir: string,
  [first, ...more]: readonly string[],
): Connection => {
  const requester = provisionerOf(fleet);
  const { urls, tls } = fleet.server;
  return {
    servers: first === undefined ? urls : [first, ...more],
    credentials: { kind: "nkey", file: seedFileOf(dir, requester) },
    ...(tls?.caFile === undefined ? {} : { tls: { caFile: tls.caFile } }),
    requester,
    origins: { servers: "fleet file", credentials: "fleet file", tls: "fleet file", requester: "fleet file" },
    repeated: "",
    passedOver: undefined,
    notice: (sentence) => stderr.write(`${sentence}\n`),
  };
};

export interface LogArgs {
  readonly offline: boolean;
  readonly servers: readonly string[];
}

export interface LogUse {
  readonly offline: boolean;
  readonly connection: Connection;
  /** What to do when the log can be reached again: a sentence. */
  readonly remedy: string;
  /** `undefined`: there is no log to be had. */
  readonly use: (log: Provisioning | undefined) => Promise<Ended>;
}

const later = ({ code, message }: Failure, remedy: string): Failure =>
  failure(code, `The files are written, and the log is as it was: ${message} ${remedy}`);

const withLog = async (log: Provisioning, { use }: LogUse): Promise<Ended> => {
  try {
    return await use(log);
  } finally {
    await log.close();
  }
};

export const logOf = async (cli: CliEnv, options: LogUse): Promise<Ended> => {
  if (options.offline) return options.use(undefined);
  const connected = await cli.provision(options.connection)();
  if (!isLeft(connected)) return withLog(connected.right, options);
  const ended = await options.use(undefined);
  return isLeft(ended) ? ended : left(later(connected.left, options.remedy));
};
