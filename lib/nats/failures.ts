/**
 * Every error of the NATS client, as a failure of the one table: the only place that knows the client's classes and the
 * server's codes. Besides the failure it says whether the same request can succeed a moment later, so that whoever retries
 * knows a lost leader from a refused permission.
 */
import { JetStreamApiError, JetStreamError } from "@nats-io/jetstream";
import { errors, type PermissionViolationError, type RequestError } from "nats";
import { type Failure, type FailureCode, failure } from "../contract/failure.ts";
import { logApi, logStream, maxRecordBytes } from "../contract/log-names.ts";
import { tlsTrouble } from "./tls-trouble.ts";

export interface Trouble {
  readonly failure: Failure;
  /** `final`: it will not change by itself. `unanswered`: nobody serves the subject, now or at all. */
  readonly kind: "final" | "passing" | "unanswered";
  /** The request may have been carried out, although no answer came. */
  readonly unknown: boolean;
}

const trouble =
  (kind: Trouble["kind"], unknown = false) =>
  (code: FailureCode, message: string): Trouble => ({ failure: failure(code, message), kind, unknown });

const final = trouble("final");
const passing = trouble("passing");
const lost = trouble("passing", true);

const again = "Try again in a moment.";
const theLog = `The log (stream ${logStream})`;

export const missingLog = failure(
  "unaudited",
  `${theLog} does not exist on this server. Create it with \`hd streams apply\`.`,
);

export const jetStreamOff = failure(
  "unaudited",
  "JetStream is not enabled on this server or for this account, so there is no log. Enable it in the server's configuration, then run `hd streams apply`.",
);

export const noLogApi = failure(
  "unaudited",
  `This account cannot reach the log: nobody serves ${logApi}.> in it. Give it the imports that docs/running.md lists.`,
);

export const missingConsumer = failure("unaudited", `${theLog} does not know this consumer.`);

const certain = (known: Failure): Trouble => ({ failure: known, kind: "final", unknown: false });

const tooLarge = final(
  "invalid_request",
  `The record is larger than the log takes: at most ${maxRecordBytes / 1024} KiB with its headers. Send a shorter one.`,
);

const noRoom = (reason: string): Trouble =>
  final(
    "unaudited",
    `${theLog} has no room for the record (${reason}), so nothing was done. Raise its bound with \`hd streams apply --update --max-bytes <size>\`.`,
  );

const otherStream = final(
  "unaudited",
  `Another stream than ${logStream} stores these subjects, so nothing was done. Take hd.req.>, hd.res.> and hd.ask.> out of it.`,
);

const overtaken = final(
  "unaudited",
  `${theLog} got another record on this subject in between, so nothing was written. ${again}`,
);

/** Codes of the JetStream API that mean something to hd; the others are judged by their status. */
const byApiCode: Readonly<Record<number, (reason: string) => Trouble>> = {
  10002: noRoom,
  10014: () => certain(missingConsumer),
  10023: noRoom,
  10028: noRoom,
  10039: () => certain(jetStreamOff),
  10054: () => tooLarge,
  10059: () => certain(missingLog),
  10060: () => otherStream,
  10071: () => overtaken,
  10077: noRoom,
  // Stored already, and on its way to the other replicas.
  10158: (reason) => lost("unaudited", `${theLog} answered: ${reason}. ${again}`),
};

const fromApi = ({ code, status, message }: JetStreamApiError): Trouble => {
  const known = byApiCode[code];
  if (known !== undefined) return known(message);
  const isPassing = status === 503 || status === 429;
  return (isPassing ? passing : final)(
    "unaudited",
    `${theLog} answered: ${message} (${code}). ${isPassing ? again : "Look at it with `hd streams diff`."}`,
  );
};

/** Every key may listen to its own inbox, whose name is the identity's. */
const otherName = ([, name]: RegExpExecArray): Trouble =>
  final(
    "unauthorized",
    `The server does not know this key by the name ${name}. Use the key of ${name}, or give the name that belongs to the key.`,
  );

/** What every identity may do under its own name, and under no other: listen to its inbox, and ask for its own work. */
const underOwnName = {
  subscription: /^_INBOX_([^.]+)\./,
  publish: new RegExp(`\\.CONSUMER\\.(?:INFO|MSG\\.NEXT)\\.${logStream}\\.host_([^.]+)$`),
} as const;

/** Of the two whichever the server refuses first. */
const denied = ({ operation, subject }: PermissionViolationError): Trouble => {
  const name = underOwnName[operation].exec(subject);
  if (name !== null) return otherName(name);
  return final(
    "unauthorized",
    `This identity may not ${operation === "publish" ? "publish" : "subscribe"} to ${subject}. Use another identity, or have its permissions extended on the server.`,
  );
};

const unanswered = trouble("unanswered")("unaudited", `${theLog} does not answer. ${again}`);

const fromRequest = ({ cause, message }: RequestError): Trouble =>
  cause instanceof Error ? troubleOf(cause) : lost("unreachable", `The connection was lost (${message}). ${again}`);

export const disconnected = passing("unreachable", "The connection to NATS is down. Check that nats-server runs.");

/** Known by itself to whoever can say which identity it was. */
export const rejectedKey = final(
  "unauthorized",
  "The server does not accept this identity. Check which credentials are used, and that the server's configuration knows them.",
);

const fromAuthorization = ({ message }: Error): Trouble =>
  /authentication timeout/i.test(message)
    ? passing("unreachable", `The server took too long to check the key. ${again}`)
    : rejectedKey;

const fromArgument = ({ message }: Error): Trouble =>
  message.includes("max_payload") ? tooLarge : final("internal", `The NATS client refused a value: ${message}.`);

const fromConnection = ({ message }: Error): Trouble =>
  message.includes("does not support 'tls'")
    ? passing(
        "unreachable",
        "It does not speak TLS, which is asked for. Set TLS up on the server, or name it nats:// without --tls options.",
      )
    : passing("unreachable", `NATS cannot be reached: ${message}.`);

type Mapping = (error: Error) => Trouble | undefined;

const when =
  <E extends Error>(type: abstract new (...args: never[]) => E, map: (error: E) => Trouble): Mapping =>
  (error) =>
    error instanceof type ? map(error) : undefined;

const mappings: readonly Mapping[] = [
  when(errors.TimeoutError, () => lost("timeout", `${theLog} did not answer in time. ${again}`)),
  when(errors.NoRespondersError, () => unanswered),
  when(errors.PermissionViolationError, denied),
  when(errors.RequestError, fromRequest),
  when(JetStreamApiError, fromApi),
  when(JetStreamError, ({ message }) => final("unaudited", `${theLog} answered: ${message}. Nothing was done.`)),
  when(errors.AuthorizationError, fromAuthorization),
  when(errors.UserAuthenticationExpiredError, () => rejectedKey),
  when(errors.ClosedConnectionError, () => final("unreachable", "The connection to NATS is closed.")),
  when(errors.DrainingConnectionError, () => final("unreachable", "The connection to NATS is being closed.")),
  when(errors.ConnectionError, fromConnection),
  when(errors.ProtocolError, ({ message }) => passing("unreachable", `NATS refused the connection: ${message}.`)),
  when(errors.InvalidArgumentError, fromArgument),
  when(errors.InvalidSubjectError, ({ message }) => final("internal", `The NATS client was given an ${message}.`)),
  when(errors.InvalidOperationError, ({ message }) => final("internal", `The NATS client was misused: ${message}.`)),
];

const ofUnmapped = (error: Error): Trouble => {
  // The JetStream client wraps what its request met: nobody answered, or the API's refusal.
  if (error.name === "JetStreamNotEnabled" && error.cause instanceof Error) return troubleOf(error.cause);
  const tls = tlsTrouble(error);
  if (tls !== undefined) return passing("unreachable", tls);
  // What the system says of a socket or of a name: ECONNRESET, ENOTFOUND.
  if ("syscall" in error) return passing("unreachable", `NATS cannot be reached: ${error.message}.`);
  return final("internal", `The NATS client failed: ${error.message}. Please report this.`);
};

export const troubleOf = (thrown: unknown): Trouble => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  for (const mapping of mappings) {
    const found = mapping(error);
    if (found !== undefined) return found;
  }
  return ofUnmapped(error);
};
