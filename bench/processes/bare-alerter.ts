/** The least that could tell people of a record: one pull consumer, and a fetch for each message. */
import { jetstream } from "@nats-io/jetstream";
import { connect } from "nats";
import { seedFile } from "../../lib/nats/seed-file.ts";
import type { BareConsumerOptions } from "./bare-consumer.ts";

export interface BareAlerterOptions extends BareConsumerOptions {
  /** Where it tells it. */
  readonly to: string;
}

const main = async ({ url, keyFile, stream, durable, to }: BareAlerterOptions): Promise<void> => {
  const seed = await seedFile(keyFile)();
  if (seed._tag === "Left") throw new Error(seed.left.message);
  const js = jetstream(await connect({ servers: url, authenticator: seed.right.authenticator }));
  const consumer = await js.consumers.get(stream, durable);
  console.log("listening");
  for await (const message of await consumer.consume()) {
    await fetch(to, { method: "POST", body: message.data }).then((answer) => answer.arrayBuffer());
    message.ack();
  }
};

await main(JSON.parse(process.argv[2] ?? ""));
