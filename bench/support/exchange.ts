/** A request and its responses as the product stores them, so that the bare parts can store the same bytes. */
import type { Bus, Stored } from "../../lib/router/ports.ts";
import type { BareResponderOptions } from "../processes/bare-responder.ts";
import { viaProduct } from "./first-record.ts";
import type { LogServer } from "./log-server.ts";
import { bare, owner } from "./names.ts";
import { rightOf } from "./right-of.ts";

export interface Exchange {
  readonly request: Stored;
  readonly responses: readonly Stored[];
}

/** Of one real request to the listener that runs. */
export const recordExchange = async (bus: Bus): Promise<Exchange> => {
  const hosts = rightOf(await bus.roster.enrolled()());
  const end = rightOf(await bus.log.end()());
  await viaProduct(bus, hosts);
  const [request, ...responses] = rightOf(await bus.log.range(end + 1, ">", 64)());
  if (request === undefined) throw new Error("the log is empty");
  return { request, responses };
};

export const bareResponder = (
  { servers: [url], keyFile }: LogServer,
  responses: readonly Stored[],
): BareResponderOptions => ({
  url,
  keyFile: keyFile(owner),
  stream: bare.stream,
  durable: bare.durable,
  records: responses.map(({ subject, body }) => ({ subject: subject.replace(/^hd/, "br"), body })),
});
