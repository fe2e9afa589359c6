/**
 * Finds the nats-server that `npm start` and `npm test` run, downloading it when need be: a line for each step, the last one
 * names it. Run by scripts/setup.mjs, which cannot read TypeScript itself.
 */
import { findServer } from "../lib/server/find.ts";

const found = await findServer({ env: process.env, say: (line) => console.log(`nats-server · ${line}`) });

if (found._tag === "Right") {
  console.log(`nats-server ${found.right.version} · ${found.right.from}`);
} else {
  console.error(found.left.message);
  process.exitCode = 1;
}
