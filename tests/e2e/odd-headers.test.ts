/** A server takes header names that no client reads. Whoever may append can send one, and no host may be stopped by it. */
import { jetstream } from "@nats-io/jetstream";
import { headers } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { alice, startFleet } from "../support/fleet.ts";

const test = suite("e2e: odd headers");
const fleet = await startFleet(test);
await fleet.listen("web1");

for (const name of ["A B", "hé"]) {
  test(`a request with a header named ${name} is put aside, and the next is served`, async () => {
    const odd = headers();
    // Around the client's own check: the server has none.
    Reflect.get(odd, "headers").set(name, ["y"]);
    const body = JSON.stringify({ revision: "v1" });
    await jetstream(await fleet.client(alice)).publish("hd.req.alice.prod.web1", body, { headers: odd });
    const end = await fleet.ended(await fleet.ask("prod/web1", { revision: "main" }), "web1");
    assert.is(end.status, "completed", end.event.message);
  });
}

test("and what reads the log goes on reading it", async () => {
  for (const words of ["history", "status", "hosts", "export", "replay --into-router stream"]) {
    const { code, out, err } = await fleet.hd(...words.split(" "));
    assert.is(code, 0, `${words}: ${err}`);
    assert.match(out, "web1", words);
  }
  const checked = await fleet.hd("verify");
  assert.match(checked.out, "HD_AUDIT goes from 1 to", checked.err);
});

test.run();
