/** What is left for a person to do after files were written: on the server, in the log, on the hosts. */
import { basename } from "node:path";
import type { Fleet } from "../../lib/contract/fleet.ts";
import type { Generated } from "../../lib/fleet/generate.ts";
import { type Name, seedFileOf } from "../../lib/fleet/places.ts";
import { shortPath } from "./generated-text.ts";

/** A server reads users and permissions again without ending a connection, but for those of whoever was removed. */
const reloadStep =
  "copy nats-server.conf to the server, then reload it: nats-server --signal reload, or systemctl reload nats (on NixOS: switch the server, whose module reads this folder)";

const trustStep = "copy trusted-keys.json to the hosts again: until then their listeners go by the old one";

/** What follows from files that were there before. */
export const changeSteps = ({ files }: Generated): readonly string[] => {
  const isChanged = (name: string) => files.some(({ path, state }) => state === "changed" && basename(path) === name);
  return [
    ...(isChanged("nats-server.conf") ? [reloadStep] : []),
    ...(isChanged("trusted-keys.json") ? [trustStep] : []),
  ];
};

/** What a host is given: its own seed, whom to trust, and whom its server's certificate is from. */
export const copyStep = (seed: string, host: string, { server: { tls } }: Fleet): string => {
  const options = "hd listener --nkey-file … --trusted-keys …";
  if (tls?.caFile === undefined)
    return `copy ${seed}, with mode 0600, and trusted-keys.json to ${host}, for ${options}`;
  const own = tls.verify ? " --tls-cert … --tls-key …" : "";
  return `copy ${seed}, with mode 0600, trusted-keys.json and the certificate of ${tls.caFile} to ${host}, for ${options} --tls-ca …${own}`;
};

export const copySeedStep = (dir: string, name: Name, fleet: Fleet): string =>
  copyStep(shortPath(seedFileOf(dir, name)), name, fleet);

/** Where a context was written in this run. `undefined`: there was one already, or there is none. */
export const newContext = (name: Name, { name: fleetName }: Fleet, { files }: Generated): string | undefined =>
  files.find(({ path, state }) => state === "created" && basename(path) === `${fleetName}-${name}.json`)?.path;

export const useContext = (context: string): string =>
  `export HOMELAB_DEPLOY_CONTEXT=${context} (or: nats context select ${context})`;

/** Somebody else is at another machine; a context names the seed by where it is. */
export const handOverStep = (dir: string, name: Name, fleet: Fleet, generated: Generated): string => {
  const seed = shortPath(seedFileOf(dir, name));
  const context = newContext(name, fleet, generated);
  if (context === undefined) return `hand ${name} its seed, ${seed}, with mode 0600`;
  const use = useContext(`${fleet.name}-${name}`);
  return `hand ${name} its seed, ${seed}, with mode 0600, and the context ${shortPath(context)}, with nkey set to where the seed is then; there: ${use}`;
};

/** One that is there already may differ, and is edited only when that is asked for. */
export const logStep = (dir: string): string =>
  `make the log fit: hd streams apply --fleet ${dir}, and with --update where it says that settings differ`;

/** Nothing when nothing is left. */
export const steps = (lines: readonly string[]): string =>
  lines.length === 0 ? "" : `\nNext\n${lines.map((line) => `  ${line}\n`).join("")}`;
