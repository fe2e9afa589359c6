/** A record that was read byte for byte, as the readers of the log know it. What they take from headers they take here in the same way. */
import { signatureHeader } from "../lib/contract/signature.ts";
import type { Stored } from "../lib/router/ports.ts";
import type { RawRecord } from "../lib/router/records.ts";

/** Of two message ids the server heeds the first. */
export const storedOfRaw = ({ seq, subject, time, headers, body }: RawRecord): Stored => ({
  ...{ seq, subject, atMs: Date.parse(time) },
  msgId: headers.get("Nats-Msg-Id")?.[0] || undefined,
  signature: headers.get(signatureHeader)?.at(-1) || undefined,
  body: new TextDecoder().decode(Buffer.from(body, "latin1")),
});
