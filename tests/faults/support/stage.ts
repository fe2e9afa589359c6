/** The stage of one fault: everything that it starts, what it asked for, and what the audit found at its end. */
import { jetstream } from "@nats-io/jetstream";
import type { Repository } from "../../../lib/nix/git-repository.ts";
import { newId } from "../../../lib/router/new-id.ts";
import { audit, type Finding, isSo } from "../../e2e/support/audit.ts";
import type { Program } from "../../e2e/support/bundle.ts";
import { eventually } from "../../support/collector.ts";
import { alice, type Fleet, type HostOfFleet, startFleet } from "../../support/fleet.ts";
import { temporaryFolder } from "../../support/nats.ts";
import type { Fault, Stage } from "./fault.ts";
import type { Random } from "./random.ts";

export interface Played {
  readonly requests: number;
  readonly findings: readonly Finding[];
  readonly elapsedMs: number;
}

export interface Setting {
  readonly program: Program;
  readonly flake: Repository;
  readonly random: Random;
  readonly isShort: boolean;
}

interface Asked {
  readonly fleet: Fleet;
  readonly host: HostOfFleet;
  readonly seq: number;
}

/** A request that came in while the server died may not be repeated with another id: it would be another request. */
const put = async (fleet: Fleet, host: HostOfFleet, body: object): Promise<number> => {
  const tier = fleet.hosts.find(({ hostname }) => hostname === host)?.tier ?? "test";
  const id = newId();
  const text = JSON.stringify({ id, ...body });
  return eventually(`request ${id} is stored`, async () => {
    try {
      const nc = await fleet.client(alice);
      return (await jetstream(nc).publish(`hd.req.${alice}.${tier}.${host}`, text, { msgID: id, timeout: 2_000 })).seq;
    } catch {
      return undefined;
    }
  });
};

interface Tasks {
  readonly first: (() => Promise<void>)[];
  readonly last: (() => Promise<void>)[];
}

const stageOf = (fault: Fault, setting: Setting, tasks: Tasks) => {
  const fleets: Fleet[] = [];
  const asked: Asked[] = [];
  const findings: Finding[] = [];
  const open = new Set<Asked>();
  const note = (...found: readonly Finding[]) => void findings.push(...found);
  const { program, flake, isShort } = setting;
  const scope = { after: (task: () => Promise<void>) => void tasks.last.push(task) };
  const adopt = (fleet: Fleet) => void fleets.push(fleet);
  const stage: Stage = {
    ...scope,
    undo: (task) => void tasks.first.unshift(task),
    times: fault.times[isShort ? "short" : "full"],
    ...{ isShort, program, flake, adopt },
    random: setting.random.fork(fault.name),
    dir: temporaryFolder(),
    fleet: async (options) => {
      const fleet = await startFleet(scope, { consumer: { ackWaitMs: 1_000 }, program, flake, ...options });
      adopt(fleet);
      return fleet;
    },
    ask: async (fleet, host, body) => {
      const one = { fleet, host, seq: await put(fleet, host, body) };
      asked.push(one);
      open.add(one);
      return one.seq;
    },
    end: async (fleet, host, seq) => {
      const end = await fleet.ended(seq, host);
      for (const one of open) if (one.fleet === fleet && one.host === host && one.seq === seq) open.delete(one);
      // Where another request is under way it may have changed the host since.
      if (![...open].some((one) => one.fleet === fleet && one.host === host)) note(...(await isSo(fleet, host, end)));
      return end;
    },
    expect: (holds, what) => {
      if (!holds) note({ kind: "misreported", what });
    },
  };
  return { stage, fleets, asked, open, findings, note };
};

/** Everything that was asked has ended, or never will. */
const settled = async (open: Iterable<Asked>): Promise<void> => {
  for (const { fleet, host, seq } of open) await fleet.ended(seq, host).catch(() => undefined);
};

const missing = async (fleet: Fleet, seqs: readonly number[]): Promise<readonly Finding[]> => {
  const stored = await fleet.log.range(1, "hd.req.>", 100_000)();
  const there = new Set(stored._tag === "Left" ? [] : stored.right.map(({ seq }) => seq));
  return seqs
    .filter((seq) => !there.has(seq))
    .map((seq) => ({ kind: "lost", what: `request ${seq} was acknowledged and is not in the log` }) as const);
};

const broke = (thrown: unknown): Finding => ({
  kind: "lost",
  what: `the fault could not be played to its end: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
});

export const play = async (fault: Fault, setting: Setting): Promise<Played> => {
  const startMs = performance.now();
  const tasks: Tasks = { first: [], last: [] };
  const { stage, fleets, asked, open, findings, note } = stageOf(fault, setting, tasks);
  let requests = 0;
  try {
    await fault.run(stage);
    await settled(open);
    for (const fleet of fleets) {
      note(
        ...(await missing(
          fleet,
          asked.filter((one) => one.fleet === fleet).map(({ seq }) => seq),
        )),
      );
      const found = await audit(fleet);
      requests += found.requests;
      note(...found.findings);
    }
  } catch (thrown) {
    note(broke(thrown));
  }
  for (const task of [...tasks.first, ...tasks.last]) await task().catch((thrown: unknown) => note(broke(thrown)));
  return { requests, findings, elapsedMs: performance.now() - startMs };
};
