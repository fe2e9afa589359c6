/**
 * `npm run test:systemd`: boots systemd in a container of this machine's own root and runs the tests of `inside.ts` there.
 * Where it cannot boot it says why in one line and is content.
 */
import { dirname, join } from "node:path";
import { natsBinary } from "../support/nats.ts";
import { noContainer, startContainer } from "./container.ts";

const project = join(import.meta.dirname, "../..");

const main = async (): Promise<number> => {
  const reason = noContainer();
  if (reason !== undefined) {
    console.log(`skip: systemd cannot be booted here: ${reason}`);
    return 0;
  }
  const nats = await natsBinary();
  const container = await startContainer([
    { from: project, to: "/mnt/hd" },
    { from: dirname(nats), to: "/mnt/nats" },
  ]);
  try {
    const words = ["HD_NATS_SERVER=/mnt/nats/nats-server", process.execPath, "--import", "tsx"] as const;
    return await container.run([
      "env",
      "--chdir=/mnt/hd",
      ...words,
      "tests/systemd/inside.ts",
      ...process.argv.slice(2),
    ]);
  } finally {
    await container.stop();
  }
};

for (const [name, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  process.once(name, () => process.exit(code));
process.exitCode = await main();
