/**
 * The bare part of a listener: a pull consumer, and for each request the same records as the product's, each appended and
 * awaited, with the acknowledgement after the first. It decodes nothing, keeps nothing and checks nothing.
 */
import { type JsMsg, jetstream } from "@nats-io/jetstream";
import { connect } from "nats";
import { seedFile } from "../../lib/nats/seed-file.ts";
import { rightOf } from "../support/right-of.ts";

export interface BareResponderOptions {
  readonly url: string;
  readonly keyFile: string;
  readonly stream: string;
  readonly durable: string;
  readonly records: readonly { readonly subject: string; readonly body: string }[];
}

const main = async ({ url, keyFile, stream, durable, records }: BareResponderOptions): Promise<void> => {
  const { authenticator } = rightOf(await seedFile(keyFile)());
  const js = jetstream(await connect({ servers: url, authenticator, noAsyncTraces: true }));
  const respond = async (message: JsMsg): Promise<void> => {
    const id = message.headers?.get("Nats-Msg-Id") ?? "";
    for (const [n, { subject, body }] of records.entries()) {
      await js.publish(subject, body, { msgID: `${id}:web1:${n + 1}` });
      if (n === 0) message.ack();
    }
  };
  const consumer = await js.consumers.get(stream, durable);
  await consumer.consume({ max_messages: 64, callback: (message) => void respond(message) });
  console.log("listening");
};

await main(JSON.parse(process.argv[2] ?? ""));
