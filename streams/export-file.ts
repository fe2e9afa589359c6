/**
 * The lines of an export, as values: what opens it, records, what ends it, and lines that are none of these. Total: whatever
 * a line holds, reading it gives a value.
 */

import { signatureHeader } from "../lib/contract/signature.ts";
import type { Stored } from "../lib/router/ports.ts";

export type ExportLine =
  | { readonly kind: "export"; readonly redacted: boolean }
  | { readonly kind: "record"; readonly stored: Stored }
  | { readonly kind: "end" }
  | { readonly kind: "broken"; readonly reason: string };

type Fields = Readonly<Record<string, unknown>>;

const fieldsIn = (line: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
};

/** Names of headers are told apart by their case, as NATS does. */
const headerIn = (headers: unknown, name: string): string | undefined => {
  const values = typeof headers === "object" && headers !== null ? (headers as Fields)[name] : undefined;
  const value: unknown = Array.isArray(values) ? values.at(-1) : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
};

const bodyIn = ({ body, body_base64: encoded }: Fields): string | undefined => {
  if (typeof body === "string") return body;
  return typeof encoded === "string" ? Buffer.from(encoded, "base64").toString("utf8") : undefined;
};

const storedIn = (fields: Fields): Stored | undefined => {
  const { seq, subject, time, headers } = fields;
  const atMs = typeof time === "string" ? Date.parse(time) : Number.NaN;
  const body = bodyIn(fields);
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || typeof subject !== "string") return undefined;
  if (Number.isNaN(atMs) || body === undefined) return undefined;
  const [msgId, signature] = [headerIn(headers, "Nats-Msg-Id"), headerIn(headers, signatureHeader)];
  return { seq, subject, atMs, msgId, signature, body };
};

export const readExportLine = (line: string): ExportLine => {
  const fields = fieldsIn(line);
  if (fields === undefined) return { kind: "broken", reason: "it is not JSON" };
  switch (fields["type"]) {
    case "export":
      return { kind: "export", redacted: fields["redacted"] === true };
    case "end":
      return { kind: "end" };
    case "record": {
      const stored = storedIn(fields);
      return stored === undefined
        ? { kind: "broken", reason: "it lacks a sequence, a subject, a time or a body" }
        : { kind: "record", stored };
    }
    default:
      return { kind: "broken", reason: "it is no line of an export" };
  }
};
