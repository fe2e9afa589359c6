/** The cluster that tests are given really is one: it replicates, loses a leader, and takes it back. */
import { JetStreamApiError, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { eventually } from "./collector.ts";
import { withCluster } from "./nats-cluster.ts";

const test = suite("tests/support/nats-cluster");
const cluster = await withCluster(test, 3);
const connection = await connect({ servers: [...cluster.urls], maxReconnectAttempts: -1, reconnectTimeWait: 20 });
test.after(() => connection.close());

/** Stored by a leader that has not heard of the others yet: a retry is refused until it has. */
const inProcess = 10158;

const publish = async (id: string): Promise<number> => {
  const options = { msgID: id, retries: 200, timeout: 500 };
  return eventually(`${id} is acknowledged`, async () => {
    try {
      return (await jetstream(connection).publish("kept.one", id, options)).seq;
    } catch (thrown) {
      if (thrown instanceof JetStreamApiError && thrown.code === inProcess) return undefined;
      throw thrown;
    }
  });
};

test("a stream with three replicas outlives the leader, which comes back in step", async () => {
  const manager = await jetstreamManager(connection);
  const made = await manager.streams.add({ name: "KEPT", subjects: ["kept.>"], num_replicas: 3 });
  assert.is(made.cluster?.replicas?.length, 2);
  const first = await cluster.leader();
  await cluster.nodes[first]?.kill();
  const second = await cluster.leader();
  assert.is.not(second, first);
  assert.is(await publish("one"), 1);
  await cluster.restart(first);
  // Without the second there is a majority only if the first is back.
  await cluster.nodes[second]?.kill();
  assert.is(await publish("two"), 2);
});

test.run();
