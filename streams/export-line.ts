/**
 * One line of an export, to and from what it tells: the first says what was exported, the last how much, each between them
 * is a record, byte for byte. Total: whatever a line holds, decoding it gives a value or a sentence.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { read } from "../lib/contract/codec.ts";
import { Instant } from "../lib/contract/values.ts";
import type { RawRecord, SentHeaders } from "../lib/router/records.ts";

export interface ExportHeader {
  readonly stream: string;
  readonly createdAt: string;
  /** What may be secret or personal was replaced, so signatures no longer fit. */
  readonly redacted: boolean;
}

/** What an export says of itself at its end; all three 0 for one without records. */
export interface ExportEnd {
  readonly records: number;
  readonly first: number;
  readonly last: number;
}

type Line =
  | { readonly type: "export"; readonly header: ExportHeader }
  | { readonly type: "record"; readonly record: RawRecord }
  | { readonly type: "end"; readonly end: ExportEnd };

const apiVersion = "hd/v1";

const line = (content: object): string => `${JSON.stringify(content)}\n`;

export const headerLine = ({ stream, createdAt, redacted }: ExportHeader): string =>
  line({ type: "export", apiVersion, stream, created_at: createdAt, redacted });

export const endLine = ({ records, first, last }: ExportEnd): string => line({ type: "end", records, first, last });

/** Keeps a byte order mark, which is a part of the text like any other. */
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const utf8Of = (bytes: Uint8Array): string | undefined => {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
};

const encodedBody = (body: string): object => {
  const bytes = Buffer.from(body, "latin1");
  const text = utf8Of(bytes);
  return text === undefined ? { body_base64: bytes.toString("base64") } : { body: text };
};

export const recordLine = ({ seq, subject, time, headers, body }: RawRecord): string =>
  line({ type: "record", seq, subject, time, headers: Object.fromEntries(headers), ...encodedBody(body) });

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Without half a surrogate pair, which no UTF-8 has. */
const isText = (value: unknown): value is string => typeof value === "string" && !/\p{Cs}/u.test(value);

/** What one line of a header can carry. Those that are instructions to the server are in no record that was stored. */
const isHeader = ([name, values]: readonly [string, unknown]): boolean =>
  /^[!-9;-~]+$/.test(name) &&
  !/^nats-(?!msg-id$)/i.test(name) &&
  Array.isArray(values) &&
  values.length > 0 &&
  values.every((value) => isText(value) && !/[\r\n]/.test(value));

const headersIn = (value: unknown): Either<string, SentHeaders> => {
  const entries = isFields(value) ? Object.entries(value) : undefined;
  if (!entries?.every(isHeader)) return left("headers is not an object of names, each with a list of texts");
  return right(new Map(entries as [string, string[]][]));
};

const fromBase64 = (text: unknown): Buffer | undefined => {
  if (typeof text !== "string") return undefined;
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
};

const bodyIn = ({ body, body_base64: base64 }: Fields): Either<string, string> => {
  if ((body === undefined) === (base64 === undefined)) return left("it has not exactly one of body and body_base64");
  const bytes = base64 === undefined ? isText(body) && Buffer.from(body) : fromBase64(base64);
  if (bytes instanceof Buffer) return right(bytes.toString("latin1"));
  return left(base64 === undefined ? "body is not a text" : "body_base64 is not base64");
};

/**
 * What the log can hold, by the rules of the server: blanks of other scripts are letters to it. An import sends to whatever
 * stands here, as the owner of the streams, so nothing else may.
 */
const isOfLog = (subject: string): boolean =>
  /^hd\.(?:req|res|ask)(?:\.[^ \t\r\n.]+)+$/.test(subject) && !/\.[*>](?:\.|$)/.test(subject);

const recordIn = (fields: Fields): Either<string, Line> => {
  const { seq, subject } = fields;
  if (!isCount(seq) || seq === 0) return left("seq is not the sequence of a record");
  if (!isText(subject) || !isOfLog(subject)) return left("subject is not the subject of a record of the log");
  const time = read(Instant, fields["time"]);
  if (time === undefined) return left("time is not a time as in RFC 3339");
  const headers = headersIn(fields["headers"]);
  if (isLeft(headers)) return headers;
  const body = bodyIn(fields);
  if (isLeft(body)) return body;
  const record = { seq, originSeq: 0, origin: "", subject, time, headers: headers.right, body: body.right };
  return right({ type: "record", record });
};

const headerIn = (fields: Fields): Either<string, Line> => {
  const { apiVersion: version, stream, created_at: createdAt, redacted } = fields;
  if (version !== apiVersion) return left(`it is an export of another version than ${apiVersion}`);
  if (!isText(stream) || !isText(createdAt) || typeof redacted !== "boolean") {
    return left("it does not say which stream was exported, when, and whether it was redacted");
  }
  return right({ type: "export", header: { stream, createdAt, redacted } });
};

const endIn = ({ records, first, last }: Fields): Either<string, Line> =>
  isCount(records) && isCount(first) && isCount(last)
    ? right({ type: "end", end: { records, first, last } })
    : left("the end does not say how many records there are, and from where to where");

const readers: Readonly<Record<Line["type"], (fields: Fields) => Either<string, Line>>> = {
  export: headerIn,
  record: recordIn,
  end: endIn,
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Left: what is wrong with it, as a clause. Fields that are not known belong to a newer version. */
export const exportLine = (text: string): Either<string, Line> => {
  const fields = parsed(text);
  if (!isFields(fields)) return left("it is not a JSON object");
  const { type } = fields;
  return type === "export" || type === "record" || type === "end"
    ? readers[type](fields)
    : left("it is neither the beginning, nor a record, nor the end of an export");
};
