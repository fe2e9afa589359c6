/** What is left for a person to do after files were written: on the server, in the log, on the hosts. */

import { basename } from "node:path";
import type { Generated } from "../../lib/fleet/generate.ts";
import { type Name, seedFileOf } from "../../lib/fleet/places.ts";
import { shortPath } from "./generated-text.ts";

/** A server reads users and permissions again without ending a connection, but for those of whoever was removed. */
const reloadStep = "reload nats-server so that it knows: nats-server --signal reload, or systemctl reload nats";

const trustStep = "hand trusted-keys.json to the hosts again: until then their listeners go by the old one";

/** What follows from files that were there before. */
export const changeSteps = ({ files }: Generated): readonly string[] => {
  const isChanged = (name: string) => files.some(({ path, state }) => state === "changed" && basename(path) === name);
  return [
    ...(isChanged("nats-server.conf") ? [reloadStep] : []),
    ...(isChanged("trusted-keys.json") ? [trustStep] : []),
  ];
};

export const copyStep = (dir: string, name: Name): string =>
  `copy ${shortPath(seedFileOf(dir, name))} to ${name}, with mode 0600, for its hd listener --nkey-file`;

/** Nothing when nothing is left. */
export const steps = (lines: readonly string[]): string =>
  lines.length === 0 ? "" : `\nNext\n${lines.map((line) => `  ${line}\n`).join("")}`;
