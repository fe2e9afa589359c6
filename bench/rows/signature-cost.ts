/**
 * What signatures cost: from a request to the first record of its answer, where requester and host sign and the host asks for
 * a signature, against the same way where nobody does. Each has a server of its own, so that neither host gets the other's
 * requests.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seedFile } from "../../lib/nats/seed-file.ts";
import { alternate } from "../alternate.ts";
import type { Place } from "../place.ts";
import type { BenchListenerOptions } from "../processes/listener.ts";
import type { Row } from "../row.ts";
import { bundled } from "../support/bundled.ts";
import { viaProduct } from "../support/first-record.ts";
import { type LogServer, startLogServer } from "../support/log-server.ts";
import { alice, host } from "../support/names.ts";
import { rightOf } from "../support/right-of.ts";
import { startProgram } from "../support/start-program.ts";
import { unsignedBus } from "../support/unsigned.ts";
import { untilFree } from "../support/until-free.ts";

/** The file of a host that serves nothing that alice has not signed. */
const trustAlice = async (dir: string, { keyFile }: LogServer): Promise<string> => {
  const file = join(dir, "trusted-keys.json");
  const { publicKey } = rightOf(await seedFile(keyFile(alice))());
  const keys = [{ name: alice, keys: [publicKey], tiers: [host.tier], actions: ["switch"] }];
  await writeFile(file, JSON.stringify({ tiers: { [host.tier]: "require" }, keys }), { mode: 0o600 });
  return file;
};

/** One sample for each call, from a server and a listener that are there by then. */
const sampler = async ({ dir: parent, ...others }: Place, isSigned: boolean): Promise<() => Promise<number>> => {
  const place = { dir: join(parent, isSigned ? "signed" : "unsigned"), ...others };
  await mkdir(place.dir);
  const server = await startLogServer(place);
  const { servers, keyFile } = server;
  const stateDir = join(place.dir, "state");
  const options: BenchListenerOptions = {
    ...{ url: servers[0], keyFile: keyFile(host.hostname), stateDir, room: "one" },
    ...(isSigned ? { trustedKeysFile: await trustAlice(place.dir, server) } : { unsigned: true }),
  };
  await startProgram(place, [...(await bundled(place, "listener")), JSON.stringify(options)]);
  const bus = isSigned
    ? await server.bus()
    : await unsignedBus({ servers, credentials: { kind: "nkey", file: keyFile(alice) } });
  if (!isSigned) place.undo(bus.close);
  const hosts = rightOf(await bus.roster.enrolled()());
  return async () => {
    await untilFree(join(stateDir, "journal"));
    return viaProduct(bus, hosts);
  };
};

const measure = async (place: Place) => {
  const [ours, limit] = [await sampler(place, true), await sampler(place, false)];
  return alternate({ warmUps: 100, rounds: 500, ours, limit });
};

export const signatureCost: Row = {
  name: "signature-cost",
  unit: "ms",
  bar: 1.25,
  direction: "at most",
  measure,
};
