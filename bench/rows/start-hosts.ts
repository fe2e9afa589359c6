/** A command that asks: `hd hosts` of a server with the real permissions and one host, against a Node that does nothing. */
import { join } from "node:path";
import { alternate } from "../alternate.ts";
import type { Place } from "../place.ts";
import type { Row } from "../row.ts";
import { product } from "../support/bundled.ts";
import { startLogServer } from "../support/log-server.ts";
import { alice } from "../support/names.ts";
import { emptyNode, processTime } from "../support/process-time.ts";
import { productListener } from "../support/product-listener.ts";

const measure = async (place: Place) => {
  const server = await startLogServer(place);
  await productListener(place, server, join(place.dir, "state"));
  const env = {
    ...process.env,
    HOMELAB_DEPLOY_NATS_URL: server.servers[0],
    HOMELAB_DEPLOY_NKEY_FILE: server.keyFile(alice),
    HOMELAB_DEPLOY_REQUESTER: alice,
  };
  const argv = [process.execPath, product, "hosts"];
  await processTime(argv, env);
  return alternate({ warmUps: 3, rounds: 31, ours: () => processTime(argv, env), limit: emptyNode });
};

export const startHosts: Row = { name: "start-hosts", unit: "ms", bar: 2.5, direction: "at most", measure };
