/** A record that was read byte for byte, as the readers of the log know it. What they take from headers they take here in the same way. */
import { signatureHeader } from "../lib/contract/signature.ts";
import type { Stored } from "../lib/router/ports.ts";
import type { RawRecord } from "../lib/router/records.ts";

const utf8 = new TextDecoder();

/** Most bodies need no decoding, and a reader of the whole log has millions. */
const isAscii = (bytes: string): boolean => !/[^\0-\x7f]/.test(bytes);

/** More than three digits of a second are read by a parser that takes ten times as long. */
const atMsOf = (time: string): number =>
  Date.parse(time.length > 24 && time.endsWith("Z") ? `${time.slice(0, 23)}Z` : time);

/** Of two message ids the server heeds the first. */
export const storedOfRaw = ({ seq, subject, time, headers, body }: RawRecord): Stored => ({
  ...{ seq, subject, atMs: atMsOf(time) },
  msgId: headers.get("Nats-Msg-Id")?.[0] || undefined,
  signature: headers.get(signatureHeader)?.at(-1) || undefined,
  body: isAscii(body) ? body : utf8.decode(Buffer.from(body, "latin1")),
});
