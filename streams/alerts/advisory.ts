/** The server's advisory that a consumer of the log was handed a record as often as it may be: what of it matters here. */
import { type Either, left, mapLeft } from "fp-ts/lib/Either.js";
import { choice, integer, text } from "../../lib/contract/codec.ts";
import { logStream } from "../../lib/contract/log-names.ts";
import { type Decoded, required, struct } from "../../lib/contract/struct.ts";
import { Sequence } from "../../lib/contract/values.ts";

const Durable = text("Durable", { pattern: /^[A-Za-z0-9_-]+$/, maxLength: 80, sentence: "the name of a consumer" });

const Advisory = struct("advisory", {
  stream: required(choice("LogStream", [logStream]), "the log"),
  consumer: required(Durable, "whose place in it"),
  stream_seq: required(Sequence, "the record"),
  deliveries: required(integer("Deliveries", 1, Number.MAX_SAFE_INTEGER), "how often it was handed over"),
});

export type Advisory = Decoded<typeof Advisory.fields>;

/** Left: why it is none. */
export const readAdvisory = (body: string): Either<string, Advisory> => {
  try {
    const advisory = Advisory.lenient(JSON.parse(body));
    return mapLeft((why: readonly string[]) => why.join(". "))(advisory);
  } catch {
    return left("it is not JSON");
  }
};
