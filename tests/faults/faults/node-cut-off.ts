/**
 * One node of three loses the others, and a host knows only that node: the majority goes on, and the host, which cannot append
 * to the log after its switch, goes back to what ran before and says so when the node is there again.
 */
import type { Argv } from "../../../lib/nix/launch.ts";
import type { ListenerProcess } from "../../e2e/support/listener-process.ts";
import { natsBinary } from "../../support/nats.ts";
import { type ClusterFleet, clusterFleet } from "../support/cluster-fleet.ts";
import type { Fault, Stage } from "../support/fault.ts";
import { hold } from "../support/held.ts";
import { namespace, noNamespaces } from "../support/namespace.ts";
import { goesBackTo } from "../support/system.ts";

const cutOffNode = 2;
const words = ["--confirm-timeout", "2"];

/** A listener that knows no other server than that one. */
const servedBy =
  (url: string) =>
  (argv: Argv): Argv => {
    const [file, ...rest] = argv;
    const isOption = (n: number) => rest[n] === "--nats-url" || rest[n - 1] === "--nats-url";
    return [file, ...rest.filter((_, n) => !isOption(n)), "--nats-url", url];
  };

interface Cut {
  readonly start: (fleet: ClusterFleet) => ListenerProcess;
  readonly cut: (fleet: ClusterFleet) => void;
  readonly heal: (fleet: ClusterFleet) => void;
}

const playCut = async (stage: Stage, made: ClusterFleet, { start, cut, heal }: Cut): Promise<void> => {
  const { fleet } = made;
  await fleet.listen("web1", "web2");
  await start(made).listening();
  const good = await stage.end(fleet, "lab1", await stage.ask(fleet, "lab1", { revision: "v1" }));
  const held = await hold(stage, fleet, "lab1", { revision: "main" });
  cut(made);
  const others = await stage.ask(fleet, "web1", { revision: "main" });
  const { status } = await stage.end(fleet, "web1", others);
  stage.expect(status === "completed", `the majority goes on, and a deployment there ended ${status}`);
  await held.release();
  await goesBackTo(fleet, "lab1", good.event.closure);
  heal(made);
  const { event } = await stage.end(fleet, "lab1", held.seq);
  stage.expect(event.error === "rolled_back", `the host was cut off, and ended ${event.error ?? "completed"}`);
  const after = await stage.end(fleet, "lab1", await stage.ask(fleet, "lab1", { revision: "main" }));
  stage.expect(after.status === "completed", `it is whole again, and ended ${after.event.message}`);
};

export const nodeCutOff: Fault = {
  name: "node-cut-off",
  about: "one node of three, with a host of its own, in a network namespace whose cable is pulled",
  times: { full: 1, short: 1 },
  cannot: noNamespaces,
  run: async (stage) => {
    const { addresses, wrapper, inside, pull, plug } = namespace(stage);
    const [outer, inner] = addresses;
    const places = [
      { address: outer },
      { address: outer },
      { address: inner, binary: wrapper(await natsBinary()) },
    ] as const;
    const made = await clusterFleet(stage, { places, known: [0, 1], words });
    await playCut(stage, made, {
      start: ({ fleet, cluster }) =>
        fleet.start("lab1", {}, (argv) => inside(servedBy(cluster.urls[cutOffNode] ?? "")(argv))),
      cut: pull,
      heal: plug,
    });
  },
};

export const nodeFrozen: Fault = {
  name: "node-frozen",
  about: "one node of three stopped by SIGSTOP, which is the only one that a host knows",
  times: { full: 1, short: 0 },
  run: async (stage) => {
    const here = { address: "127.0.0.1" };
    const made = await clusterFleet(stage, { places: [here, here, here], known: [0, 1], words });
    const signal =
      (name: NodeJS.Signals) =>
      ({ cluster }: ClusterFleet) =>
        void process.kill(cluster.nodes[cutOffNode]?.pid ?? 0, name);
    await playCut(stage, made, {
      start: ({ fleet, cluster }) => fleet.start("lab1", {}, servedBy(cluster.urls[cutOffNode] ?? "")),
      cut: signal("SIGSTOP"),
      heal: signal("SIGCONT"),
    });
  },
};
