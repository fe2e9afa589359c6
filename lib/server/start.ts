/**
 * Runs a nats-server on loopback, all of it in one folder: configuration, log, JetStream's store. The configuration given
 * must not say where it listens, where it stores or where its ports file is: that is said here, once.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../contract/failure.ts";
import { type Exit, type Service, startService } from "../nix/process.ts";
import { within } from "../nix/within.ts";
import { type Ports, readPorts } from "./ports-file.ts";

export interface ServerOptions {
  readonly binary: string;
  readonly config: string;
  /** Its folder, made when it is missing. A server that is started in it again finds what the last one stored. */
  readonly dir: string;
  /** Without it the server chooses a free one. */
  readonly port?: number;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly monitoringUrl: string | undefined;
  readonly pid: number;
  readonly dir: string;
  readonly logFile: string;
  readonly exited: Promise<Exit>;
  readonly stop: () => Promise<void>;
  /** As a crash would: SIGKILL. */
  readonly kill: () => Promise<void>;
  /** The same server again, in the same folder and on the same port; it must have ended. */
  readonly restart: () => Promise<Either<Failure<"unreachable">, RunningServer>>;
}

const readyMs = 30_000;
const graceMs = 10_000;
/** The ports file is written in place, so its first event comes too early: it is read until it is whole. */
const readAgainMs = 10;
const quotedLogLines = 3;

/** NATS strings take JSON's escapes as far as paths need them. */
const wholeConfig = ({ config, dir, port = -1 }: ServerOptions): string => `host: "127.0.0.1"
port: ${port}
ports_file_dir: ${JSON.stringify(join(dir, "ports"))}
store_dir: ${JSON.stringify(join(dir, "store"))}
${config}
`;

const listening = async ({ exited }: Service, portsDir: string): Promise<Ports | undefined> => {
  const deadline = performance.now() + readyMs;
  while (performance.now() < deadline) {
    const ports = await readPorts(portsDir);
    if (ports !== undefined) return ports;
    if ((await within(exited, readAgainMs)) !== undefined) return undefined;
  }
  return undefined;
};

const notStarted = (reason: string): Either<Failure<"unreachable">, never> =>
  left(failure("unreachable", `nats-server did not start: ${reason}`));

const lastLines = async (logFile: string): Promise<string> =>
  (await readFile(logFile, "utf8")).trim().split("\n").slice(-quotedLogLines).join(" | ");

export const startServer = async (options: ServerOptions): Promise<Either<Failure<"unreachable">, RunningServer>> => {
  const { binary, dir } = options;
  const [logFile, configFile, portsDir] = [join(dir, "server.log"), join(dir, "server.conf"), join(dir, "ports")];
  await rm(portsDir, { recursive: true, force: true });
  await mkdir(portsDir, { recursive: true });
  await writeFile(configFile, wholeConfig(options), { mode: 0o600 });
  const started = await startService([binary, "-c", configFile], { outputFile: logFile });
  if (started._tag === "Left") return notStarted(started.left.reason);
  const service = started.right;
  const ports = await listening(service, portsDir);
  if (ports === undefined) {
    await service.kill();
    return notStarted(`${await lastLines(logFile)} (its log: ${logFile})`);
  }
  const { clientPort: port, monitoringUrl } = ports;
  return right({
    url: `nats://127.0.0.1:${port}`,
    port,
    monitoringUrl,
    pid: service.pid,
    dir,
    logFile,
    exited: service.exited,
    stop: () => service.stop(graceMs),
    kill: service.kill,
    restart: () => startServer({ ...options, port }),
  });
};
