/** What is left for a person to do after files were written: on the server, in the log, on the hosts. */

import type { Name } from "../../lib/fleet/places.ts";
import { seedFileOf } from "../../lib/fleet/places.ts";
import { shortPath } from "./generated-text.ts";

/** A server reads users and permissions again without ending a connection, but for those of whoever was removed. */
export const reloadStep = "reload nats-server so that it knows: nats-server --signal reload, or systemctl reload nats";

export const copyStep = (dir: string, name: Name): string =>
  `copy ${shortPath(seedFileOf(dir, name))} to ${name}, with mode 0600, for its hd listener --nkey-file`;

/** Nothing when nothing is left. */
export const steps = (lines: readonly string[]): string =>
  lines.length === 0 ? "" : `\nNext\n${lines.map((line) => `  ${line}\n`).join("")}`;
