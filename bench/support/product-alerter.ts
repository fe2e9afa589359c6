/** The alerter as it ships, with one rule and one sink. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Place } from "../place.ts";
import { product } from "./bundled.ts";
import type { LogServer } from "./log-server.ts";
import { alerter, sink } from "./names.ts";
import { type Program, startProgram } from "./start-program.ts";

const rulesFor = (url: string): string =>
  [
    ...[`[sinks.${sink}]`, 'type = "webhook"', `url = "${url}"`],
    ...["[rules.failed]", 'status = "failed"', `to = "${sink}"`],
  ].join("\n");

export const productAlerter = async (place: Place, { servers, keyFile }: LogServer, url: string): Promise<Program> => {
  const rules = join(place.dir, "alerts.toml");
  await writeFile(rules, rulesFor(url));
  const words = ["--rules", rules, "--nats-url", servers[0], "--nkey-file", keyFile(alerter)];
  return startProgram(place, [process.execPath, product, "alerter", ...words]);
};
