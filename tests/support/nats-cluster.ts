/**
 * A JetStream cluster on loopback, each node of which can be killed and restarted:
 * `const cluster = await withCluster(test, 3)`. It is ready when it has a leader and every node is in step with it.
 */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type RunningServer, startServer } from "../../lib/server/start.ts";
import { freePort } from "./free-port.ts";
import { natsBinary, openConfig, temporaryFolder } from "./nats.ts";

export interface Cluster {
  /** The running server of each node, by its place; a restart replaces it. */
  readonly nodes: readonly RunningServer[];
  readonly urls: readonly string[];
  /** The place of the node that leads JetStream's metadata; waits until there is one. */
  readonly leader: () => Promise<number>;
  /** Comes back when the node is ready and in step. */
  readonly restart: (node: number) => Promise<void>;
}

const readyMs = 60_000;
const answerMs = 2000;

/** Where a node runs. Where that is said, clients are not told of the other nodes: they may not reach them. */
export interface NodePlace {
  /** Where the other nodes reach it. */
  readonly address: string;
  /** A program that runs the server there, in its place. */
  readonly binary?: string;
}

const nodeConfig = (config: string, node: number, routes: readonly string[], isPlaced: boolean): string => `
server_name: "n${node}"
http: "${routes[node]?.split(":")[0]}:-1"
cluster {
  name: "hd"
  listen: "${routes[node]}"
  no_advertise: ${isPlaced}
  routes: [${routes.map((route) => `"nats://${route}"`).join(", ")}]
}
${config}`;

/** A node that is stopped, or was never there, gives no answer. */
const ask = async (node: RunningServer, path: string): Promise<Response | undefined> =>
  fetch(`${node.monitoringUrl}${path}`, { signal: AbortSignal.timeout(answerMs) }).catch(() => undefined);

const isHealthy = async (node: RunningServer): Promise<boolean> => (await ask(node, "/healthz"))?.ok === true;

const leaderSeenBy = async (node: RunningServer): Promise<string | undefined> => {
  const answer = await ask(node, "/jsz");
  const jetStream = (await answer?.json()) as { meta_cluster?: { leader?: string } } | undefined;
  return jetStream?.meta_cluster?.leader || undefined;
};

/** The leader that a majority follows, no node that answers names another, and that answers itself. */
const leaderOf = async (nodes: readonly RunningServer[]): Promise<number | undefined> => {
  const seen = await Promise.all(nodes.map(leaderSeenBy));
  const named = seen.filter((leader) => leader !== undefined);
  const leader = Number(named[0]?.slice(1));
  const agreed = named.length * 2 > nodes.length && new Set(named).size === 1 && seen[leader] !== undefined;
  return agreed ? leader : undefined;
};

const until = async <T>(look: () => Promise<T | undefined>, what: string): Promise<T> => {
  const deadline = Date.now() + readyMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`within ${readyMs} ms the cluster ${what}`);
    await delay(20);
  }
};

const running = async (started: ReturnType<typeof startServer>): Promise<RunningServer> => {
  const server = await started;
  if (server._tag === "Left") throw new Error(server.left.message);
  return server.right;
};

export const withCluster = async (
  test: { readonly after: (task: () => Promise<void>) => void },
  count: number,
  config: string = openConfig,
  places: readonly (NodePlace | undefined)[] = [],
): Promise<Cluster> => {
  const [binary, dir] = [await natsBinary(), temporaryFolder()];
  const ports = await Promise.all(Array.from({ length: 2 * count }, freePort));
  const routes = ports.slice(0, count).map((port, node) => `${places[node]?.address ?? "127.0.0.1"}:${port}`);
  const start = (node: number, port?: number): Promise<RunningServer> =>
    running(
      startServer({
        binary: places[node]?.binary ?? binary,
        config: nodeConfig(config, node, routes, places.length > 0),
        dir: join(dir, `n${node}`),
        ...(port === undefined ? {} : { port }),
      }),
    );
  const nodes = await Promise.all(routes.map((_, node) => start(node, ports[count + node])));
  test.after(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  });
  const leader = () => until(() => leaderOf(nodes), "had no leader");
  const inStep = (node: RunningServer) =>
    until(async () => ((await isHealthy(node)) ? true : undefined), `did not take ${node.url} in`);
  await leader();
  await Promise.all(nodes.map(inStep));
  return {
    nodes,
    urls: nodes.map(({ url }) => url),
    leader,
    restart: async (place) => {
      const ended = nodes[place];
      if (ended === undefined) throw new Error(`there is no node ${place}`);
      const node = await running(ended.restart());
      nodes[place] = node;
      await leader();
      await inStep(node);
    },
  };
};
