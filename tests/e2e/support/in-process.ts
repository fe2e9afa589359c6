/** The real command line in this very process: a connection of its own, its words kept. */
import type { CliEnv } from "../../../cli/env.ts";
import { runCli } from "../../../cli/run-cli.ts";
import { version } from "../../../cli/version.ts";
import { rehearsal } from "../../../handlers/rehearsal.ts";
import { trustedKeysFile } from "../../../lib/host/trusted-keys-file.ts";
import { connectBus } from "../../../lib/nats/bus.ts";
import { contextNames, natsContext, selectedContext } from "../../../lib/nats/contexts.ts";
import { connectImporter } from "../../../lib/nats/importer.ts";
import { connectInspection } from "../../../lib/nats/inspect.ts";
import { keyMaker } from "../../../lib/nats/key-maker.ts";
import { connectProvisioner } from "../../../lib/nats/provisioner.ts";
import { connectLogRecords, connectVaultRecords } from "../../../lib/nats/record-reader.ts";
import { isUserKey, verifier } from "../../../lib/nats/verify.ts";
import { resolveAt } from "../../../lib/nix/reach-flake.ts";
import { sinkPort } from "../../../lib/sinks/sink-port.ts";
import { sinkEnv } from "../../support/sink-env.ts";
import type { Environment } from "./spawned.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const notHere = async (): Promise<never> => {
  throw new Error("this test runs it as a process");
};

export const runInProcess = async (
  words: readonly string[],
  env: Environment,
  now: () => number = Date.now,
): Promise<Ran> => {
  const written = { out: "", err: "" };
  const output = (to: "out" | "err") => ({
    write: (text: string) => {
      written[to] += text;
    },
    isTTY: false,
    size: () => ({ columns: 100, rows: 24 }),
  });
  const cli: CliEnv = {
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    stdout: output("out"),
    stderr: output("err"),
    now,
    version: version(),
    loginName: () => "nobody",
    onInterrupt: () => () => undefined,
    contexts: {
      selected: () => selectedContext(env),
      names: () => contextNames(env),
      read: (name) => natsContext(env, name),
    },
    inspect: connectInspection,
    ask: async () => undefined,
    machine: {
      refs: () => notHere,
      resolve: (flakeUrl, revision) => resolveAt(flakeUrl, revision, env),
      missing: async () => [],
    },
    connect: connectBus,
    provision: connectProvisioner,
    importer: connectImporter,
    logRecords: connectLogRecords,
    vaultRecords: connectVaultRecords,
    signatures: {
      trusted: async (file) => trustedKeysFile(file, isUserKey)(),
      verifier: async () => verifier(),
    },
    sinkPort: async (sink) => sinkPort(sink, sinkEnv()),
    rehearse: rehearsal({ isKey: isUserKey, verify: verifier() }),
    keyMaker: async () => keyMaker,
    listen: notHere,
    alert: notHere,
    build: notHere,
    up: notHere,
    mcp: notHere,
  };
  const code = await runCli(words, cli);
  return { code, ...written };
};
