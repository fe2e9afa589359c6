/**
 * Connects to NATS. A command asks each server once and says within seconds what is wrong; a listener waits for a server for
 * as long as it takes, and only a refused key ends it. Once connected, both reconnect for ever: whoever waits for something
 * has a deadline of its own.
 */
import { type Either, isLeft, left, map, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Authenticator, connect as dial, errors, type NatsConnection, type NodeConnectionOptions } from "nats";
import { type Failure, failure } from "../contract/failure.ts";
import { scrub } from "../contract/scrub.ts";
import { troubleOf } from "./failures.ts";
import { seedFile } from "./seed-file.ts";
import { isAtLeast, oldestServer } from "./server-version.ts";
import { keepSigner } from "./signer.ts";

export interface ConnectOptions {
  readonly servers: readonly [string, ...string[]];
  /** Shown in the server's list of connections. */
  readonly name: string;
  readonly inboxPrefix?: string | undefined;
  readonly nkeyFile?: string | undefined;
  /** Waits for a server for as long as it takes. */
  readonly patient: boolean;
  /** Is told once why a patient connection has to wait. */
  readonly notice?: (sentence: string) => void;
}

/** For one pass over all servers. */
const passMs = 3_000;
const patientPassMs = 15_000;
const retryMs = 1_000;

const clientOptions = (options: ConnectOptions, authenticator: Authenticator | undefined): NodeConnectionOptions => ({
  servers: [...options.servers],
  name: options.name,
  timeout: (options.patient ? patientPassMs : passMs) / options.servers.length,
  maxReconnectAttempts: -1,
  reconnectTimeWait: 250,
  reconnectJitter: 500,
  // A key that is refused while the server's configuration is being changed is tried again; the first time ends it, see `pass`.
  ignoreAuthErrorAbort: true,
  // A connection that is dead without a sign is given up after a minute.
  pingInterval: 20_000,
  // Traces of where a request was made cost more than the request.
  noAsyncTraces: true,
  // Asked for by the scheme, it is a demand: a server that cannot do it is refused, not talked to in the clear.
  ...(options.servers.some((server) => server.startsWith("tls://")) ? { tls: {} } : {}),
  ...(options.inboxPrefix === undefined ? {} : { inboxPrefix: options.inboxPrefix }),
  ...(authenticator === undefined ? {} : { authenticator }),
});

const tooOld = (nc: NatsConnection): Failure =>
  failure(
    "unreachable",
    `${nc.getServer()} runs nats-server ${nc.info?.version ?? "of an unknown version"}, and hd needs ${oldestServer} or newer. Upgrade the server.`,
  );

const unanswered = failure("unreachable", "No server answered in time.");

const explained = ({ code, message }: Failure, servers: readonly string[]): Failure => {
  const advice = code === "unreachable" ? " Check the address, and that nats-server runs there." : "";
  return failure(code, scrub(`Could not connect to ${servers.join(", ")}. ${message}${advice}`));
};

/** One pass over the servers; a connection that comes after the deadline is closed. */
const pass = async (options: NodeConnectionOptions, deadlineMs: number): Promise<Either<Failure, NatsConnection>> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, deadlineMs, undefined);
  });
  const dialled = dial(options);
  const closeLate = () => void dialled.then((nc) => nc.close()).catch(() => undefined);
  try {
    const nc = await Promise.race([dialled, late]);
    if (nc !== undefined) return right(nc);
    closeLate();
    return left(unanswered);
  } catch (thrown) {
    return left(thrown instanceof errors.TimeoutError ? unanswered : troubleOf(thrown).failure);
  } finally {
    clearTimeout(timer);
  }
};

const connectOnce = async (
  options: ConnectOptions,
  authenticator: Authenticator | undefined,
): Promise<Either<Failure, NatsConnection>> => {
  const deadlineMs = options.patient ? patientPassMs : passMs;
  const connected = await pass(clientOptions(options, authenticator), deadlineMs);
  if (isLeft(connected)) return left(explained(connected.left, options.servers));
  if (isAtLeast(connected.right, oldestServer)) return connected;
  const failed = tooOld(connected.right);
  await connected.right.close();
  return left(failed);
};

const connectFor = async (options: ConnectOptions, authenticator: Authenticator | undefined) => {
  for (let told = false; ; told = true) {
    const connected = await connectOnce(options, authenticator);
    const isPassing = isLeft(connected) && connected.left.code === "unreachable";
    if (!isPassing || !options.patient) return connected;
    if (!told) options.notice?.(`${connected.left.message} Trying on.`);
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
};

/** Fails with `unusable_key`, `unauthorized`, or `unreachable`, which a patient connection waits through. */
export const connect =
  (options: ConnectOptions): TaskEither<Failure, NatsConnection> =>
  async () => {
    const seed = options.nkeyFile === undefined ? undefined : await seedFile(options.nkeyFile)();
    if (seed?._tag === "Left") return seed;
    const connected = await connectFor(options, seed?.right.authenticator);
    return map((nc: NatsConnection) => keepSigner(nc, seed?.right))(connected);
  };
