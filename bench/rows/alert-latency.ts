/**
 * From a failure that the log has stored to a webhook that was told: by the alerter, which writes down what it tells before it
 * does, against a bare consumer that fetches.
 */
import { alternate } from "../alternate.ts";
import type { Place } from "../place.ts";
import type { BareAlerterOptions } from "../processes/bare-alerter.ts";
import type { Row } from "../row.ts";
import { bundled } from "../support/bundled.ts";
import { failing } from "../support/failures.ts";
import { startLogServer } from "../support/log-server.ts";
import { bare, owner } from "../support/names.ts";
import { productAlerter } from "../support/product-alerter.ts";
import { type Receiver, receiver } from "../support/receiver.ts";
import { startProgram } from "../support/start-program.ts";

/** From when it is stored. What was told before that is known takes no time. */
const timed = async (webhook: Receiver, store: () => Promise<void>): Promise<number> => {
  const told = webhook.until(webhook.count() + 1).then(() => performance.now());
  await store();
  const storedMs = performance.now();
  return Math.max(0, (await told) - storedMs);
};

const measure = async (place: Place) => {
  const server = await startLogServer(place, { alerts: true });
  const [ours, limit] = [await receiver(place), await receiver(place)];
  await productAlerter(place, server, ours.url);
  const options: BareAlerterOptions = {
    ...{ url: server.servers[0], keyFile: server.keyFile(owner), stream: bare.stream },
    ...{ durable: bare.alertDurable, to: limit.url },
  };
  await startProgram(place, [...(await bundled(place, "bare-alerter")), JSON.stringify(options)]);
  const failures = failing(await server.bareClient());
  return alternate({
    ...{ warmUps: 50, rounds: 300 },
    ours: async () => {
      await failures.prepare();
      return timed(ours, failures.inLog);
    },
    limit: () => timed(limit, failures.inBareStream),
  });
};

export const alertLatency: Row = { name: "alert-latency", unit: "ms", bar: 3, direction: "at most", measure };
