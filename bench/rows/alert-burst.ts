/**
 * The most memory that an alerter ever had, after a burst of ten thousand failures, against itself after one of three thousand:
 * so many it takes until the garbage collector has found its measure.
 */
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Place } from "../place.ts";
import type { Row } from "../row.ts";
import { failing } from "../support/failures.ts";
import { startLogServer } from "../support/log-server.ts";
import { productAlerter } from "../support/product-alerter.ts";
import { receiver } from "../support/receiver.ts";

const [first, second] = [3_000, 10_000];

/** So many appends at once. */
const abreast = 100;

const settleMs = 2_000;

/** The most that the process ever had. */
const peakMb = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
};

const measure = async (place: Place) => {
  const server = await startLogServer(place, { alerts: true, syncInterval: "2m" });
  const webhook = await receiver(place);
  const { pid } = await productAlerter(place, server, webhook.url);
  const failures = failing(await server.bareClient());
  await failures.prepare();
  const burst = async (count: number): Promise<number> => {
    const told = webhook.until(webhook.count() + count);
    for (let left = count; left > 0; left -= abreast) {
      await Promise.all(Array.from({ length: Math.min(abreast, left) }, () => failures.inLog()));
    }
    await told;
    await delay(settleMs);
    return peakMb(pid);
  };
  const limit = await burst(first);
  return { ours: await burst(second), limit };
};

export const alertBurst: Row = { name: "alert-burst-memory", unit: "MB", bar: 1.25, direction: "at most", measure };
