/**
 * A real nats-server with the configuration that `hd init` wrote, and nothing else: where it listens and stores is in the
 * file. It is told to read the file again as a person would, by a signal.
 */
import { connect, type NatsConnection } from "nats";
import type { Test } from "uvu";
import { inboxPrefix } from "../../lib/contract/log-names.ts";
import { seedFile } from "../../lib/nats/seed-file.ts";
import { type Service, startService } from "../../lib/nix/process.ts";
import { eventually } from "./collector.ts";
import { rightOf } from "./either.ts";
import { requester } from "./fixtures.ts";
import { natsBinary } from "./nats.ts";

export interface FleetServer {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Resolves when the server has read its configuration again. */
  readonly reload: () => Promise<void>;
  /** A plain client with the seed in that file. */
  readonly signIn: (seedPath: string, name: string) => Promise<NatsConnection>;
}

const graceMs = 5_000;

export const fleetServer = async <C>(test: Test<C>, conf: string, url: string): Promise<FleetServer> => {
  const binary = await natsBinary();
  const lines: string[] = [];
  const open: NatsConnection[] = [];
  let service: Service | undefined;
  const count = (words: string): number => lines.filter((line) => line.includes(words)).length;
  const said = (words: string, times: number) =>
    eventually(`nats-server says "${words}"`, async () => {
      if (lines.some((line) => line.includes("[FTL]"))) throw new Error(lines.join("\n"));
      return count(words) >= times ? true : undefined;
    });
  const stop = async (): Promise<void> => {
    await service?.stop(graceMs);
    service = undefined;
  };
  const start = async (): Promise<void> => {
    const before = count("Server is ready");
    const started = await startService([binary, "-c", conf], { onLine: (line) => void lines.push(line) });
    if (started._tag === "Left") throw new Error(started.left.reason);
    service = started.right;
    await said("Server is ready", before + 1);
  };
  test.after(async () => {
    await Promise.all(open.map((nc) => nc.close()));
    await stop();
  });
  return {
    start,
    stop,
    reload: async () => {
      const before = count("Reloaded server configuration");
      process.kill(service?.pid ?? 0, "SIGHUP");
      await said("Reloaded server configuration", before + 1);
    },
    signIn: async (seedPath, name) => {
      const { authenticator } = rightOf(await seedFile(seedPath)());
      const options = { servers: url, authenticator, inboxPrefix: inboxPrefix(requester(name)), reconnect: false };
      const nc = await connect(options);
      open.push(nc);
      return nc;
    },
  };
};
