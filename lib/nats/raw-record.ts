/**
 * A record as it came over the wire, byte for byte. Its headers are taken apart here and not by the client, which takes longer
 * for them than for all the rest of a record; a reader of the whole log waits for that millions of times.
 */
import type { Msg } from "nats";
import type { RawRecord, SentHeaders } from "../router/records.ts";

type Wire = Pick<Msg, "data" | "headers"> & Partial<Pick<Msg, "subject">>;

const head = "NATS/1.0";

/** Line by line, as the client understood them. */
const understood = ({ headers }: Wire): string =>
  [
    head,
    ...(headers?.keys() ?? []).flatMap((name) => (headers?.values(name) ?? []).map((value) => `${name}: ${value}`)),
  ]
    .map((line) => `${line}\r\n`)
    .join("");

/** Of subject, headers and body together, which the client tells of its own messages only. */
const sizeOf = (message: Wire): number =>
  "size" in message && typeof message.size === "function" ? Number(message.size()) : 0;

/** They stand before the body, in the memory that both came in; where they do not, the client is asked. */
const headText = (message: Wire, { buffer, byteOffset, byteLength }: Uint8Array): string => {
  const length = sizeOf(message) - (message.subject?.length ?? 0) - byteLength;
  if (length <= 0 || length > byteOffset) return understood(message);
  const text = Buffer.from(buffer, byteOffset - length, length).toString("utf8");
  return text.startsWith(head) && text.endsWith("\r\n\r\n") ? text : understood(message);
};

/** The message id is the sender's; other headers of this name are for the server. */
const isSent = (name: string): boolean =>
  name === "Nats-Msg-Id" || !/^nats-/i.test(name) || /^nats-msg-id$/i.test(name);

interface Headers {
  /** What the server says: it writes its own headers last, so a publisher cannot forge them. */
  readonly said: ReadonlyMap<string, string>;
  readonly sent: SentHeaders;
}

function* linesIn(text: string): Generator<readonly [name: string, value: string]> {
  for (let at = text.indexOf("\r\n") + 2, end = 0; at < text.length; at = end + 2) {
    end = text.indexOf("\r\n", at);
    const colon = text.indexOf(":", at);
    if (end < 0) break;
    if (colon < 0 || colon > end) continue;
    yield [text.slice(at, colon), text.slice(colon + 1, end).trim()];
  }
}

/** Every header of a message, also those that the client cannot read. */
export const headerLines = (message: Wire): Iterable<readonly [name: string, value: string]> =>
  linesIn(headText(message, message.data));

const headersIn = (text: string): Headers => {
  const [said, sent] = [new Map<string, string>(), new Map<string, readonly string[]>()];
  for (const [name, value] of linesIn(text)) {
    if (isSent(name)) sent.set(name, [...(sent.get(name) ?? []), value]);
    else said.set(name, value);
  }
  return { said, sent };
};

/** `<stream> <sequence> <filter> <transform> <subject> <incarnation>`, of which an older server leaves the end out. */
const sourceOf = (said: string | undefined): Pick<RawRecord, "origin" | "originSeq"> => {
  const [, seq = "0", , , , origin = ""] = said?.split(" ") ?? [];
  return { originSeq: Number(seq), origin };
};

/** `undefined`: it says no place in a stream, so it is the server's word and no record. */
export const rawRecord = (message: Wire): RawRecord | undefined => {
  const { data } = message;
  const { said, sent } = headersIn(headText(message, data));
  const seq = said.get("Nats-Sequence");
  if (seq === undefined) return undefined;
  return {
    seq: Number(seq),
    ...sourceOf(said.get("Nats-Stream-Source")),
    subject: said.get("Nats-Subject") ?? "",
    time: said.get("Nats-Time-Stamp") ?? "",
    headers: sent,
    body: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1"),
  };
};
