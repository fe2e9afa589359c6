/** What is left for a person to do after `hd init`. */
import { join } from "node:path";
import type { Fleet } from "../../lib/contract/fleet.ts";
import type { Generated } from "../../lib/fleet/generate.ts";
import { changeSteps, copyStep, steps } from "../fleet/steps.ts";

const canDeploy = ({ users }: Fleet): boolean => users.some(({ role }) => role === "deployer" || role === "admin");

/** In a cluster JetStream wants to know its servers apart. */
const startStep = (dir: string, { server }: Fleet): string => {
  const name = server.cluster === undefined ? "" : "--name <its own name> ";
  const nixos = "on NixOS: services.nats.settings = import ./nats-settings.nix";
  return `start the server: nats-server ${name}-c ${join(dir, "nats-server.conf")} (${nixos})`;
};

const hostStep = (dir: string, { keys }: Generated): readonly string[] => {
  const [first, second] = keys.filter(({ kind }) => kind === "host");
  if (first === undefined) return [];
  if (second === undefined) return [copyStep(dir, first.name)];
  return [`copy ${join(dir, "keys", "<host>.nk")} to each host, with mode 0600, for its hd listener --nkey-file`];
};

export const nextSteps = (dir: string, fleet: Fleet, generated: Generated): string => {
  const conf = generated.files.find(({ path }) => path.endsWith("nats-server.conf"))?.state;
  return steps([
    ...(conf === "created" ? [startStep(dir, fleet)] : []),
    ...changeSteps(generated),
    ...(conf === "unchanged" ? [] : [`make the log fit: hd streams apply --fleet ${dir}`]),
    ...hostStep(dir, generated),
    ...(canDeploy(fleet)
      ? []
      : [`let someone deploy: hd user add <name> --role deployer --tier <tier> --fleet ${dir}`]),
  ]);
};
