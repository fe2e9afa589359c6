/** A record that was read byte for byte, as the readers of records have it. */
import { signatureHeader } from "../../lib/contract/signature.ts";
import type { Stored } from "../../lib/router/ports.ts";
import type { RawRecord } from "../../lib/router/records.ts";

const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

/** All values of one header, in the order in which they were sent: it stands on a line of its own. */
const valuesIn = (headers: string, name: string): readonly string[] => {
  const start = headers.startsWith(`${name}: `) ? 0 : headers.indexOf(`\n${name}: `) + 1;
  if (start === 0 && !headers.startsWith(`${name}: `)) return [];
  const values: unknown = JSON.parse(headers.slice(start + name.length + 2, headers.indexOf("\n", start)));
  return isStrings(values) ? values : [];
};

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

/** Nothing but the signature and what it is made of is taken from the headers: of two ids the first counts, of two signatures the last. */
const signedBy = (headers: string): Pick<Stored, "msgId" | "signature"> =>
  headers.includes(signatureHeader)
    ? { msgId: valuesIn(headers, "Nats-Msg-Id")[0], signature: valuesIn(headers, signatureHeader).at(-1) }
    : { msgId: undefined, signature: undefined };

export const storedOf = ({ seq, subject, time, headers, body }: RawRecord): Stored => ({
  seq,
  subject,
  atMs: Date.parse(time),
  ...signedBy(headers),
  body: isAscii(body) ? body : new TextDecoder().decode(Buffer.from(body, "latin1")),
});
