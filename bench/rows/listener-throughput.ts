/**
 * Requests a second that one listener serves to their end, 64 in flight, against the bare loop that stores the same records.
 * A request is counted when its last record has been heard. Nobody signs, as the bare loop does not: `signature-cost` is a row
 * of its own.
 */
import { join } from "node:path";
import { jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "nats";
import { requestSubject } from "../../lib/contract/address.ts";
import { newId } from "../../lib/router/new-id.ts";
import { alternate } from "../alternate.ts";
import type { Place } from "../place.ts";
import type { BenchListenerOptions } from "../processes/listener.ts";
import type { Row } from "../row.ts";
import { bundled } from "../support/bundled.ts";
import { bareResponder, recordExchange } from "../support/exchange.ts";
import { startLogServer } from "../support/log-server.ts";
import { address, alice, bare, host } from "../support/names.ts";
import { startProgram } from "../support/start-program.ts";

const inFlight = 64;
const requests = 512;

interface Lane {
  readonly subject: string;
  /** Where the last record of each request is heard. */
  readonly ending: string;
}

/** Keeps 64 requests on their way until all are served. */
const rateOf = async (nc: NatsConnection, { subject, ending }: Lane, body: (id: string) => string): Promise<number> => {
  const js = jetstream(nc);
  let [sent, served] = [0, 0];
  let done = (): void => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const send = (): void => {
    if (sent >= requests) return;
    sent += 1;
    const id = newId();
    void js.publish(subject, body(id), { msgID: id, timeout: 10_000 });
  };
  const subscription = nc.subscribe(ending, {
    callback: () => {
      served += 1;
      if (served === requests) done();
      else send();
    },
  });
  await nc.flush();
  const startMs = performance.now();
  for (let n = 0; n < inFlight; n++) send();
  await all;
  subscription.unsubscribe();
  return requests / ((performance.now() - startMs) / 1000);
};

const measure = async (place: Place) => {
  const server = await startLogServer(place);
  const options: BenchListenerOptions = {
    url: server.servers[0],
    keyFile: server.keyFile(host.hostname),
    stateDir: join(place.dir, "state"),
    room: "all",
    unsigned: true,
  };
  await startProgram(place, [...(await bundled(place, "listener")), JSON.stringify(options)]);
  const { responses } = await recordExchange(await server.bus());
  const responder = bareResponder(server, responses);
  await startProgram(place, [...(await bundled(place, "bare-responder")), JSON.stringify(responder)]);
  const nc = await server.bareClient();
  const body = (id: string) => JSON.stringify({ action: "switch", revision: "main", id });
  const ours = { subject: requestSubject(alice, address), ending: `hd.res.${host.tier}.${host.hostname}.completed` };
  const limit = { subject: bare.requestSubject, ending: ours.ending.replace(/^hd/, "br") };
  return alternate({
    // Until the functions that every request passes are compiled for good.
    warmUps: 5,
    rounds: 9,
    ours: () => rateOf(nc, ours, body),
    limit: () => rateOf(nc, limit, body),
  });
};

export const listenerThroughput: Row = {
  name: "listener-throughput",
  unit: "/s",
  bar: 0.7,
  direction: "at least",
  measure,
};
