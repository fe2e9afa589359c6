/** Whatever a fleet is like, nats-server takes the configuration that is written for it. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Fleet, PublicKeys } from "../../../lib/contract/fleet.ts";
import { identitiesOf, nameOf } from "../../../lib/contract/fleet-identities.ts";
import { newKey } from "../../../lib/nats/new-key.ts";
import { serverConf } from "../../../lib/server/conf.ts";
import { fleetConf } from "../../../lib/server/fleet-conf.ts";
import { anyFleet } from "../../support/fleet-toml.ts";
import { natsBinary, temporaryFolder } from "../../support/nats.ts";

const test = suite("lib/server/fleet-conf");
const binary = await natsBinary();
const file = join(temporaryFolder(), "nats-server.conf");

/** Certificates that are not there would be the machine's fault. */
const withoutTls = ({ server, ...fleet }: Fleet): Fleet => ({
  ...fleet,
  server: { ...server, tls: undefined, cluster: server.cluster && { ...server.cluster, tls: undefined } },
});

const keysFor = (fleet: Fleet): PublicKeys =>
  new Map(identitiesOf(fleet).map((identity) => [nameOf(identity), [newKey().publicKey, newKey().publicKey]]));

test("any fleet has a configuration that is valid", async () => {
  await fc.assert(
    fc.asyncProperty(anyFleet.map(withoutTls), async (fleet) => {
      writeFileSync(file, serverConf(fleetConf(fleet, keysFor(fleet))));
      const { stdout, stderr } = await promisify(execFile)(binary, ["-t", "-c", file]);
      assert.match(stdout + stderr, "is valid");
    }),
    { numRuns: 30 },
  );
});

test.run();
