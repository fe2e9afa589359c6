/** The memory of a listener that waits, against a Node process with one connection and one pull consumer. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { median } from "../alternate.ts";
import type { Place } from "../place.ts";
import type { BareConsumerOptions } from "../processes/bare-consumer.ts";
import type { Row } from "../row.ts";
import { bundled } from "../support/bundled.ts";
import { startLogServer } from "../support/log-server.ts";
import { bare, owner } from "../support/names.ts";
import { productListener } from "../support/product-listener.ts";
import { startProgram } from "../support/start-program.ts";

/** Long enough for what the start left behind to be collected, or to stay. */
const settleMs = 5_000;
const samples = 9;
const betweenMs = 500;

const rssMb = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
};

const measure = async (place: Place) => {
  const server = await startLogServer(place);
  const ours = await productListener(place, server, join(place.dir, "state"));
  const options: BareConsumerOptions = {
    url: server.servers[0],
    keyFile: server.keyFile(owner),
    stream: bare.stream,
    durable: bare.durable,
  };
  const limit = await startProgram(place, [...(await bundled(place, "bare-consumer")), JSON.stringify(options)]);
  await delay(settleMs);
  const [oursMb, limitMb]: [number[], number[]] = [[], []];
  for (let n = 0; n < samples; n++) {
    oursMb.push(await rssMb(ours.pid));
    limitMb.push(await rssMb(limit.pid));
    await delay(betweenMs);
  }
  return { ours: median(oursMb), limit: median(limitMb) };
};

export const idleRss: Row = { name: "idle-rss", unit: "MB", bar: 1.25, direction: "at most", measure };
