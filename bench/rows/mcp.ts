/**
 * What an assistant waits for: `hd mcp` from its start to the answer to `initialize`, against a Node that does nothing; and
 * `hosts_list` over the pipe of a server that is warm, against the same query by `hd hosts` inside one process.
 */
import { join } from "node:path";
import { right } from "fp-ts/lib/TaskEither.js";
import type { Connection } from "../../cli/env.ts";
import { hosts } from "../../cli/hosts/hosts.ts";
import { idleCli } from "../../scripts/idle-cli.ts";
import { alternate } from "../alternate.ts";
import type { Place } from "../place.ts";
import type { Row } from "../row.ts";
import { startLogServer } from "../support/log-server.ts";
import { initialization, mcpProcess } from "../support/mcp-process.ts";
import { alice } from "../support/names.ts";
import { emptyNode } from "../support/process-time.ts";
import { productListener } from "../support/product-listener.ts";
import { rightOf } from "../support/right-of.ts";

const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
};

const start = async (): Promise<number> => {
  const startMs = performance.now();
  const { ask, stop } = mcpProcess();
  await ask("initialize", initialization);
  const tookMs = performance.now() - startMs;
  await stop();
  return tookMs;
};

const list = async (place: Place) => {
  const server = await startLogServer(place);
  await productListener(place, server, join(place.dir, "state"));
  const mcp = mcpProcess({
    ...process.env,
    HOMELAB_DEPLOY_NATS_URL: server.servers[0],
    HOMELAB_DEPLOY_NKEY_FILE: server.keyFile(alice),
    HOMELAB_DEPLOY_REQUESTER: alice,
  });
  place.undo(mcp.stop);
  await mcp.ask("initialize", initialization);
  const ours = async () => {
    const { result } = await mcp.ask("tools/call", { name: "hosts_list", arguments: {} });
    if (!JSON.stringify(result).includes('"present"')) throw new Error(`hosts_list: ${JSON.stringify(result)}`);
  };
  const bus = await server.bus();
  const cli = { ...idleCli, connect: () => right({ ...bus, close: async () => {} }) };
  // The bus is there already, so how it was reached is nobody's business.
  const connection = { repeated: "" } as Connection;
  const limit = async () => rightOf(await hosts(cli, connection, { form: "json", discoverSubject: "deploy.discover" }));
  return alternate({ warmUps: 20, rounds: 101, ours: () => timed(ours), limit: () => timed(limit) });
};

const row = { unit: "ms", direction: "at most" } as const;

export const mcpRows: readonly Row[] = [
  {
    ...{ ...row, name: "mcp-start", bar: 2.5 },
    measure: () => alternate({ warmUps: 3, rounds: 31, ours: start, limit: emptyNode }),
  },
  { ...row, name: "mcp-hosts-list", bar: 2, measure: list },
];
