/**
 * From a request to the first record of its answer, as whoever asked sees it. Nobody signs, as the bare client does not: what
 * signatures cost is a row of its own.
 */
import { join } from "node:path";
import { alternate } from "../alternate.ts";
import type { Place } from "../place.ts";
import type { BenchListenerOptions } from "../processes/listener.ts";
import type { Row } from "../row.ts";
import { bundled } from "../support/bundled.ts";
import { bareResponder, recordExchange } from "../support/exchange.ts";
import { viaBareClient, viaProduct } from "../support/first-record.ts";
import { startLogServer } from "../support/log-server.ts";
import { alice, host } from "../support/names.ts";
import { rightOf } from "../support/right-of.ts";
import { startProgram } from "../support/start-program.ts";
import { unsignedBus } from "../support/unsigned.ts";
import { untilFree } from "../support/until-free.ts";

const measure = async (place: Place) => {
  const server = await startLogServer(place);
  const stateDir = join(place.dir, "state");
  const options: BenchListenerOptions = {
    url: server.servers[0],
    keyFile: server.keyFile(host.hostname),
    stateDir,
    room: "one",
    unsigned: true,
  };
  await startProgram(place, [...(await bundled(place, "listener")), JSON.stringify(options)]);
  const bus = await unsignedBus({
    servers: server.servers,
    credentials: { kind: "nkey", file: server.keyFile(alice) },
  });
  place.undo(bus.close);
  const { request, responses } = await recordExchange(bus);
  const responder = bareResponder(server, responses.slice(0, 1));
  await startProgram(place, [...(await bundled(place, "bare-responder")), JSON.stringify(responder)]);
  const hosts = rightOf(await bus.roster.enrolled()());
  const ours = async (): Promise<number> => {
    await untilFree(join(stateDir, "journal"));
    return viaProduct(bus, hosts);
  };
  return alternate({
    warmUps: 100,
    rounds: 500,
    ours,
    limit: await viaBareClient(await server.bareClient(), request.body),
  });
};

export const requestFirstRecord: Row = {
  name: "request-first-record",
  unit: "ms",
  bar: 1.3,
  direction: "at most",
  measure,
};
