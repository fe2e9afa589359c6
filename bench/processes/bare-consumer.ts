/** The least that could be a listener: one connection, and one pull consumer that waits. */
import { jetstream } from "@nats-io/jetstream";
import { connect } from "nats";
import { seedFile } from "../../lib/nats/seed-file.ts";

export interface BareConsumerOptions {
  readonly url: string;
  readonly keyFile: string;
  readonly stream: string;
  readonly durable: string;
}

const main = async ({ url, keyFile, stream, durable }: BareConsumerOptions): Promise<void> => {
  const seed = await seedFile(keyFile)();
  if (seed._tag === "Left") throw new Error(seed.left.message);
  const js = jetstream(await connect({ servers: url, authenticator: seed.right.authenticator }));
  const consumer = await js.consumers.get(stream, durable);
  await consumer.consume({ callback: (message) => message.ack() });
  console.log("listening");
};

await main(JSON.parse(process.argv[2] ?? ""));
