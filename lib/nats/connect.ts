/**
 * Connects to NATS. A command asks each server once and says within seconds what is wrong; a listener waits for a server for
 * as long as it takes, and only a refused key ends it. Once connected, both reconnect for ever: whoever waits for something
 * has a deadline of its own.
 */
import { type Either, isLeft, left, map, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Authenticator, connect as dial, errors, type NatsConnection, type NodeConnectionOptions } from "nats";
import type { Access } from "../contract/access.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { scrub } from "../contract/scrub.ts";
import { rejectedKey, troubleOf } from "./failures.ts";
import { greeting } from "./greeting.ts";
import { loginOf } from "./login.ts";
import { refusedIdentity } from "./refused-identity.ts";
import { identityOf } from "./server-identity.ts";
import { isAtLeast, oldestServer } from "./server-version.ts";
import { keepSigner } from "./signer.ts";
import { type TlsMaterial, tlsMaterial } from "./tls-files.ts";

export interface ConnectOptions extends Access {
  /** Shown in the server's list of connections. */
  readonly name: string;
  readonly inboxPrefix?: string | undefined;
  /** Waits for a server for as long as it takes. */
  readonly patient: boolean;
  /** What gave the credentials, for messages. */
  readonly origins?: { readonly credentials: string } | undefined;
  /** Is told once why a patient connection has to wait. */
  readonly notice?: (sentence: string) => void;
}

/** For one pass over all servers. */
const passMs = 3_000;
const patientPassMs = 15_000;
const retryMs = 1_000;

/** What was read from the files that the options name. */
interface Shown {
  /** The public key. */
  readonly as: string | undefined;
  readonly authenticator: Authenticator | undefined;
  readonly tls: TlsMaterial | undefined;
}

const clientOptions = (options: ConnectOptions, { authenticator, tls }: Shown): NodeConnectionOptions => ({
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
  // Asked for by a file or the scheme, it is a demand: a server that cannot do it is refused, not talked to in the clear.
  ...(tls !== undefined || options.servers.some((server) => server.startsWith("tls://"))
    ? { tls: { ...tls, ...{ checkServerIdentity: identityOf(options.servers) } } }
    : {}),
  ...(options.inboxPrefix === undefined ? {} : { inboxPrefix: options.inboxPrefix }),
  ...(authenticator === undefined ? {} : { authenticator }),
});

const tooOld = (nc: NatsConnection): Failure =>
  failure(
    "unreachable",
    `${nc.getServer()} runs nats-server ${nc.info?.version ?? "of an unknown version"}, and hd needs ${oldestServer} or newer. Upgrade the server.`,
  );

const unanswered = failure("unreachable", "No server answered in time.");

/**
 * A server that ends TLS because of the client's certificate does so after the client took it for done, and the client
 * tries again and again. What the server says in the clear tells it from one that is slow.
 */
const whyUnanswered = async ({ servers, tls }: ConnectOptions): Promise<Failure> => {
  const greetings = await Promise.all(servers.map(greeting));
  if (greetings.some((one) => typeof one === "object" && one.wantsCertificate)) {
    return tls?.certFile === undefined
      ? failure("unauthorized", "The server wants a client certificate. Give one with --tls-cert and --tls-key.")
      : failure(
          "unreachable",
          "The server did not go on after TLS: it may refuse the client certificate. Give one that its authority has signed.",
        );
  }
  return greetings.includes("silent") && tls?.first !== true
    ? failure(
        "unreachable",
        `${unanswered.message} One takes connections and says nothing: if it wants TLS at once (handshake_first), give --tls-first.`,
      )
    : unanswered;
};

const explained = ({ code, message }: Failure, servers: readonly string[]): Failure => {
  // What has a second sentence says by itself what to do.
  const isBare = code === "unreachable" && !/\. [A-Z]/.test(message);
  const advice = isBare ? " Check the address, and that nats-server runs there." : "";
  return failure(code, scrub(`Could not connect to ${servers.join(", ")}. ${message}${advice}`));
};

/** A server that hangs up without a word is an error without a cause to the client. */
const isSilence = (thrown: unknown): boolean =>
  thrown instanceof errors.TimeoutError ||
  (thrown instanceof errors.ConnectionError && thrown.message.includes("provided an undefined error"));

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
    return left(isSilence(thrown) ? unanswered : troubleOf(thrown).failure);
  } finally {
    clearTimeout(timer);
  }
};

const reasonOf = async (found: Failure, options: ConnectOptions, { as }: Shown): Promise<Failure> => {
  if (found === unanswered) return whyUnanswered(options);
  return found === rejectedKey.failure
    ? failure(found.code, refusedIdentity(options.credentials, as, options.origins?.credentials))
    : found;
};

const connectOnce = async (options: ConnectOptions, shown: Shown): Promise<Either<Failure, NatsConnection>> => {
  const deadlineMs = options.patient ? patientPassMs : passMs;
  const connected = await pass(clientOptions(options, shown), deadlineMs);
  if (isLeft(connected)) {
    return left(explained(await reasonOf(connected.left, options, shown), options.servers));
  }
  if (isAtLeast(connected.right, oldestServer)) return connected;
  const failed = tooOld(connected.right);
  await connected.right.close();
  return left(failed);
};

const connectFor = async (options: ConnectOptions, shown: Shown) => {
  for (let told = false; ; told = true) {
    const connected = await connectOnce(options, shown);
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
    const login = await loginOf(options.credentials)();
    if (isLeft(login)) return login;
    const tls = await tlsMaterial(options.tls)();
    if (isLeft(tls)) return tls;
    const { authenticator, as } = login.right ?? { authenticator: undefined, as: undefined };
    const connected = await connectFor(options, { authenticator, as, tls: tls.right });
    return map((nc: NatsConnection) => keepSigner(nc, login.right?.key))(connected);
  };
