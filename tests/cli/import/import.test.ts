/** An import that somebody stops: it says how far it came, and ends like everything that was stopped. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { exportText, rawRecord } from "../../support/exports.ts";
import { temporaryFolder } from "../../support/nats.ts";
import { type World, world } from "../support/world.ts";

const test = suite("cli/import");

test("an import that is interrupted says how far it came, and ends with 130", async () => {
  const file = join(temporaryFolder(), "log.ndjson");
  writeFileSync(file, exportText([rawRecord(1), rawRecord(2)]));
  const well = async () => right(undefined);
  const w: World = world({
    importer: () => async () =>
      right({
        begin: () => async () => {
          w.interrupt();
          return right(undefined);
        },
        append: () => well,
        end: () => well,
        close: async () => undefined,
      }),
  });
  assert.is(await w.hd("import", file), 130);
  assert.match(w.err(), "The import stopped after record 0 of 2");
  assert.match(w.err(), "It was interrupted.");
  assert.is(w.out(), "");
});

test.run();
