/** The cluster that tests are given really is one: it replicates, loses a leader, and takes it back. */
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { withCluster } from "./nats-cluster.ts";

const test = suite("tests/support/nats-cluster");
const cluster = await withCluster(test, 3);
const connection = await connect({ servers: [...cluster.urls], maxReconnectAttempts: -1, reconnectTimeWait: 20 });
test.after(() => connection.close());

const publish = async (id: string): Promise<number> => {
  const ack = await jetstream(connection).publish("kept.one", id, { msgID: id, retries: 200, timeout: 500 });
  return ack.seq;
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
