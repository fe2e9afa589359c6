/** The most memory that `hd history` takes as a whole process: in a log of three million records, against ten thousand. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { alternate } from "../alternate.ts";
import type { Place } from "../place.ts";
import type { Row } from "../row.ts";
import { product } from "../support/bundled.ts";
import { type FilledLog, filledLog } from "../support/filled-log.ts";
import { alice } from "../support/names.ts";

const sizes = { ours: 3_000_000, limit: 10_000 };

/** A module that has the process tell its peak, in KiB, as its last words. */
const telling = "data:text/javascript,process.on('exit',()=>console.error(process.resourceUsage().maxRSS))";

const words = ["history", "--host", "busy1", "--limit", "100", "--output", "json"];

const peakMb = async ({ servers, keyFile }: FilledLog): Promise<number> => {
  const env = {
    ...process.env,
    HOMELAB_DEPLOY_NATS_URL: servers[0],
    HOMELAB_DEPLOY_NKEY_FILE: keyFile(alice),
    HOMELAB_DEPLOY_REQUESTER: alice,
  };
  const argv = ["--import", telling, product, ...words];
  const { stderr } = await promisify(execFile)(process.execPath, argv, { env, maxBuffer: 16 * 1024 ** 2 });
  return Number(stderr.trim().split("\n").at(-1)) / 1024;
};

const measure = async (place: Place) => {
  const [large, small] = [await filledLog(place, sizes.ours), await filledLog(place, sizes.limit)];
  return alternate({ warmUps: 1, rounds: 7, ours: () => peakMb(large), limit: () => peakMb(small) });
};

export const historyMemory: Row = { name: "history-memory", unit: "MB", bar: 1.1, direction: "at most", measure };
