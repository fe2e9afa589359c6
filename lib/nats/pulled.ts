/**
 * A message that a pull brought, with what its reply subject says of it and the answers that the server takes there. The
 * forms are those of nats-server: nine tokens, or more with a domain and an account's hash before the stream.
 */
import { type Msg, type MsgHdrs, nanos } from "nats";

/** What the consumer says of a message that it hands over. */
export interface Handed {
  readonly stream: string;
  readonly consumer: string;
  /** 1 for the first time. */
  readonly attempt: number;
  readonly seq: number;
  /** When the stream stored it, in milliseconds since the epoch. */
  readonly atMs: number;
  /** How many more wait behind it. */
  readonly pending: number;
}

export interface Pulled {
  readonly subject: string;
  readonly headers: MsgHdrs | undefined;
  /** A server takes header names that no client can read, and nothing that they say can be known. */
  readonly isReadable: boolean;
  readonly body: string;
  /** `undefined`: no consumer sent it. */
  readonly handed: Handed | undefined;
  /** Done. */
  readonly ack: () => void;
  /** Again, after a delay. Without one it comes again at once. */
  readonly nak: (delayMs: number) => void;
  /** Its time begins anew. */
  readonly working: () => void;
  /** Never again. */
  readonly term: (reason: string) => void;
}

const nanosPerMs = 1_000_000n;

/** @internal What a reply subject says; `undefined`: it is none of a consumer. */
export const handedOver = (reply: string): Handed | undefined => {
  const tokens = reply.split(".");
  if (tokens[0] !== "$JS" || tokens[1] !== "ACK" || tokens.length < 9 || tokens.length === 10) return undefined;
  const [stream = "", consumer = "", attempt, seq, , at = "", pending] = tokens.slice(tokens.length === 9 ? 2 : 4);
  const numbers = [attempt, seq, at, pending];
  if (!numbers.every((number) => number !== undefined && /^\d{1,19}$/.test(number))) return undefined;
  const atMs = Number(BigInt(at) / nanosPerMs);
  if (!Number.isSafeInteger(Number(seq)) || Number(seq) < 1) return undefined;
  return { stream, consumer, attempt: Number(attempt), seq: Number(seq), atMs, pending: Number(pending) };
};

/**
 * The code of the status that a message is; 0: it is a record. A record keeps its own subject, a status comes to the inbox;
 * older servers also keep a status line that a record's publisher wrote, which says nothing.
 */
export const statusCodeOf = (message: Pick<Msg, "subject" | "headers">, inbox: string): number =>
  message.subject.startsWith(`${inbox}.`) ? (message.headers?.code ?? 0) : 0;

/** Read where it can fail without an end to all that comes after: the client throws. */
const headersOf = (message: Msg): Pick<Pulled, "headers" | "isReadable"> => {
  try {
    return { headers: message.headers, isReadable: true };
  } catch {
    return { headers: undefined, isReadable: false };
  }
};

export const pulledOf = (message: Msg): Pulled => ({
  subject: message.subject,
  ...headersOf(message),
  body: message.string(),
  handed: handedOver(message.reply ?? ""),
  ack: () => void message.respond("+ACK"),
  nak: (delayMs) => void message.respond(`-NAK ${JSON.stringify({ delay: nanos(delayMs) })}`),
  working: () => void message.respond("+WPI"),
  term: (reason) => void message.respond(`+TERM ${reason}`),
});
