/** What is left for a person to do after `hd init`. */
import { basename, join } from "node:path";
import { type Fleet, vaultKeeper } from "../../lib/contract/fleet.ts";
import type { Generated } from "../../lib/fleet/generate.ts";
import { changeSteps, copySeedStep, copyStep, logStep, newContext, steps, useContext } from "../fleet/steps.ts";

const deployers = ({ users }: Fleet) => users.filter(({ role }) => role === "deployer" || role === "admin");

/** In a cluster JetStream wants to know its servers apart. */
const startStep = ({ server }: Fleet): string => {
  const name = server.cluster === undefined ? "" : "--name <its own name> ";
  const nixos = "on NixOS: services.homelab-deploy.server";
  return `copy nats-server.conf to the server and start it: nats-server ${name}-c nats-server.conf (${nixos})`;
};

const vaultStep = (dir: string, { keys }: Generated): readonly string[] =>
  keys.some(({ name }) => name === vaultKeeper)
    ? [`make the vault's copy of the log: hd streams apply --fleet ${dir} --vault; then keep keys/vault.nk offline`]
    : [];

const hostStep = (dir: string, fleet: Fleet, { keys }: Generated): readonly string[] => {
  if (fleet.hosts.length === 0) {
    const tier = fleet.tiers[0]?.name ?? "<tier>";
    return [`add a host: hd host add ${tier}/<networking.hostName> --fleet ${dir}`];
  }
  const [first, second] = keys.filter(({ kind }) => kind === "host");
  if (first === undefined) return [];
  if (second === undefined) return [copySeedStep(dir, first.name, fleet)];
  return [copyStep(join(dir, "keys", "<host>.nk"), "each host", fleet)];
};

/** Whoever has got a context here; a selected one needs no word. */
const userStep = (dir: string, fleet: Fleet, generated: Generated): readonly string[] => {
  const all = deployers(fleet);
  if (all.length === 0) return [`let someone deploy: hd user add <name> --role deployer --tier <tier> --fleet ${dir}`];
  if (generated.files.some(({ path, state }) => basename(path) === "context.txt" && state === "created")) return [];
  const one = all.find(({ kind, name }) => kind === "person" && newContext(name, fleet, generated) !== undefined);
  return one === undefined ? [] : [`to deploy as ${one.name}: ${useContext(`${fleet.name}-${one.name}`)}`];
};

export const nextSteps = (dir: string, fleet: Fleet, generated: Generated): string => {
  const conf = generated.files.find(({ path }) => basename(path) === "nats-server.conf")?.state;
  return steps([
    ...(conf === "created" ? [startStep(fleet)] : []),
    ...changeSteps(generated),
    ...(conf === "created" ? [`make the log: hd streams apply --fleet ${dir}`] : []),
    ...(conf === "changed" ? [logStep(dir)] : []),
    ...vaultStep(dir, generated),
    ...hostStep(dir, fleet, generated),
    ...userStep(dir, fleet, generated),
  ]);
};
