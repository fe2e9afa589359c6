/** `hd build`: what is sent, what is shown, and how it ends. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  accepted,
  building,
  built,
  done,
  ended,
  free,
  notBuilt,
  resolving,
  serveBuilds,
  withBuilders,
} from "../support/builder.ts";
import { screen, world } from "../support/world.ts";

const test = suite("cli/build");

test("every step is a line, and the table has each host", async () => {
  const w = world({ around: withBuilders(free) });
  const [web1, db1] = [built("web1"), notBuilt("db1")];
  const tail = { log_tail: ["building…", "error: attribute 'nginxx' missing"] as never };
  await serveBuilds(w.log, () => [accepted, resolving, building(2), done(web1), done(db1, tail), ended(db1, web1)]);
  assert.is(await w.hd("build", "nixos"), 1);
  console.log(screen(w.err()));
  console.log(screen(w.out()));
});

test.run();
