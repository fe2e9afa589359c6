/**
 * A log of a chosen size on a server of its own: deployments of two hundred hosts, of which one is busy and one is rare, with
 * all its records among the first ones. Filled once for all rows of a run, without message ids, which a server keeps in memory.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "nats";
import type { Place } from "../place.ts";
import { type LogServer, startLogServer } from "./log-server.ts";

export interface FilledLog extends LogServer {
  readonly size: number;
}

/** Bytes that a log may have; it takes some 600 a record. */
const maxBytes = 8 * 1024 ** 3;

/** A server buffers at most 10,000 that it has not stored. */
const unacknowledged = 4_000;

/** At once. Their records stand mixed. */
const underWay = 16;

const hosts = 200;
const sharesOf = { busy: 10, failed: 20, rare: 50 };
const rareOnes = 14;

interface Deployment {
  readonly requestSeq: number;
  readonly id: string;
  readonly host: string;
  readonly requester: string;
  readonly fails: boolean;
}

interface Entry {
  readonly subject: string;
  readonly body: string;
}

const hostAt = (n: number): string => {
  if (n % sharesOf.rare === 1 && n < sharesOf.rare * rareOnes) return "rare1";
  return n % sharesOf.busy === 0 ? "busy1" : `web${n % hosts}`;
};

const steps = ["accepted", "resolve", "build", "activate", "verify", "end"] as const;

const hash = (n: number): string => (n * 2_654_435_761).toString(16).padStart(20, "0").repeat(2);

/** As long as a ULID, and quicker made. */
const idAt = (n: number): string => `01KB7Z${`${n}`.padStart(20, "0")}`;

const request = ({ requester, host, id }: Deployment): Entry => ({
  subject: `hd.req.${requester}.prod.${host}`,
  body: JSON.stringify({ action: "switch", revision: "main", id, reason: "weekly update" }),
});

const eventOf = (step: (typeof steps)[number], fails: boolean) => {
  if (step === "accepted") return { status: "accepted", phase: null };
  if (step !== "end") return { status: "started", phase: step };
  return fails ? { status: "failed", phase: "build" } : { status: "completed", phase: null };
};

const response = (deployment: Deployment, n: number): Entry => {
  const { host, requester, fails, id, requestSeq } = deployment;
  const { status, phase } = eventOf(steps[n] ?? "end", fails);
  const body = {
    ...{ hostname: host, status, error: status === "failed" ? "build_failed" : null, message: `${host}: ${status}` },
    ...{ id, request_seq: requestSeq, phase, requester, proof: "named", action: "switch", revision: "main" },
    ...{
      commit: hash(requestSeq),
      generation: 142,
      at: "2026-01-31T12:00:00.000Z",
      elapsed_ms: n * 8_000 + (requestSeq % 997),
    },
  };
  return { subject: `hd.res.prod.${host}.${status}`, body: JSON.stringify(body) };
};

/** Records in the order of the log: of the deployments under way one after the other says its next. */
function* entries(): Generator<Entry> {
  const lanes: { deployment: Deployment; said: number }[] = [];
  for (let [seq, started] = [1, 0]; ; seq++) {
    const lane = seq % underWay;
    const at = lanes[lane];
    if (at !== undefined && at.said < steps.length) {
      yield response(at.deployment, at.said++);
      continue;
    }
    const about = { host: hostAt(started), requester: `person${started % 5}`, fails: started % sharesOf.failed === 7 };
    const deployment = { requestSeq: seq, id: idAt(seq), ...about };
    started += 1;
    lanes[lane] = { deployment, said: 0 };
    yield request(deployment);
  }
}

const fill = async (nc: NatsConnection, size: number): Promise<void> => {
  const js = jetstream(nc);
  const all = entries();
  for (let n = 1; n <= size; n++) {
    const { subject, body }: Entry = all.next().value;
    if (n % unacknowledged === 0 || n === size) await js.publish(subject, body, { timeout: 60_000 });
    else nc.publish(subject, body);
  }
};

const filled = new Map<number, Promise<FilledLog>>();

const make = async ({ dir: parent, undo }: Place["run"], size: number): Promise<FilledLog> => {
  const dir = join(parent, `log-${size}`);
  await mkdir(dir);
  const server = await startLogServer({ dir, undo }, { maxBytes, syncInterval: "2m" });
  await fill(await server.bareClient(), size);
  return { ...server, size };
};

/** Made when it is first asked for; it lasts as long as the run. */
export const filledLog = ({ run }: Pick<Place, "run">, size: number): Promise<FilledLog> => {
  const log = filled.get(size) ?? make(run, size);
  filled.set(size, log);
  return log;
};
