/** A folder with a fleet file, commands that run in it with contexts of its own, and a log in memory that has consumers. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { left, right as rightE } from "fp-ts/lib/Either.js";
import { right } from "fp-ts/lib/TaskEither.js";
import type { CliEnv, Connection, Provisioning } from "../../../cli/env.ts";
import { failure } from "../../../lib/contract/failure.ts";
import type { ConsumerSettings, FoundStream } from "../../../lib/router/provisioner.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { world } from "./world.ts";

export const fleetText = `# a fleet
[server]
urls = ["nats://127.0.0.1:4222"]

[tiers.prod]
[tiers.test]
signatures = "off"

# machines
[hosts.web1]
tier = "prod"
roles = ["web"]

[hosts.lab1]
tier = "test"

# people
[people.alice]
role = "deployer"
tiers = ["test", "prod"]
actions = ["switch"]

[people.root]
role = "admin"

[services.alerter]
role = "alerter"
`;

/** What there is on the server of a fleet. */
export interface MemoryStreams {
  stream: FoundStream | undefined;
  /** Of presences. */
  bucket: FoundStream | undefined;
  readonly consumers: Map<string, ConsumerSettings>;
  alerts: FoundStream | undefined;
  readonly alertConsumers: Map<string, ConsumerSettings>;
  readonly waiting: Map<string, number>;
  /** With what it was reached. */
  readonly reached: Connection[];
}

export const memoryStreams = (): MemoryStreams => ({
  stream: undefined,
  bucket: undefined,
  consumers: new Map(),
  alerts: undefined,
  alertConsumers: new Map(),
  waiting: new Map(),
  reached: [],
});

const placeOf = (name: string): "stream" | "alerts" | "bucket" =>
  name === "HD_AUDIT" ? "stream" : name === "HD_ALERTS" ? "alerts" : "bucket";

const provisioning = (made: MemoryStreams): Provisioning => {
  const consumersIn = (stream: string) => (stream === "HD_ALERTS" ? made.alertConsumers : made.consumers);
  const put = (stream: string, settings: ConsumerSettings) => async () => {
    consumersIn(stream).set(settings.name, settings);
    return rightE(undefined);
  };
  const keep = (settings: FoundStream["settings"]) => async () => {
    made[placeOf(settings.name)] = {
      settings,
      usedBytes: 0,
      records: 0,
      madeMs: 0,
      firstAtMs: undefined,
    };
    return rightE(undefined);
  };
  return {
    stream: (name) => async () => rightE(made[placeOf(name)]),
    createStream: keep,
    updateStream: keep,
    consumers: (stream) => async () => rightE([...consumersIn(stream).values()]),
    waiting: (stream) => async () =>
      rightE(new Map([...consumersIn(stream).keys()].map((name) => [name, made.waiting.get(name) ?? 0]))),
    createConsumer: put,
    updateConsumer: put,
    deleteConsumer: (stream, name) => async () => {
      consumersIn(stream).delete(name);
      return rightE(undefined);
    },
    close: async () => {},
  };
};

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface FleetFolder {
  readonly dir: string;
  readonly path: (name: string) => string;
  readonly read: (name: string) => string;
  readonly json: (name: string) => Record<string, unknown>;
  readonly write: (name: string, text: string, mode?: number) => void;
  readonly has: (name: string) => boolean;
  readonly mode: (name: string) => number;
  /** Every file with what it holds, but for the fleet file where `without` names it. */
  readonly all: () => Readonly<Record<string, string>>;
  readonly hd: (...words: readonly string[]) => Promise<Ran>;
}

const root = tempDir("fleet");
let count = 0;

const filesIn = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** `streams`: none to be reached when it is left out. */
export const fleetFolder = (
  text: string | null = fleetText,
  streams?: MemoryStreams,
  changes: Partial<CliEnv> = {},
): FleetFolder => {
  count += 1;
  const dir = join(root, String(count), "fleet");
  mkdirSync(dir, { recursive: true });
  const path = (name: string) => join(dir, name);
  if (text !== null) writeFileSync(path("hd.toml"), text);
  const provision: CliEnv["provision"] = (connection) => {
    streams?.reached.push(connection);
    return streams === undefined
      ? async () => left(failure("unreachable", "nobody is there."))
      : right(provisioning(streams));
  };
  return {
    dir,
    path,
    read: (name) => readFileSync(path(name), "utf8"),
    json: (name) => JSON.parse(readFileSync(path(name), "utf8")),
    write: (name, content, mode = 0o644) => writeFileSync(path(name), content, { mode }),
    has: (name) => existsSync(path(name)),
    mode: (name) => statSync(path(name)).mode & 0o777,
    all: () => Object.fromEntries(filesIn(join(root, String(count))).map((file) => [file, readFileSync(file, "utf8")])),
    hd: async (...words) => {
      const w = world({ env: { XDG_CONFIG_HOME: path("config") }, loginName: () => "nobody", provision, ...changes });
      const exit = await w.hd(...words);
      return { exit, out: w.out(), err: w.err() };
    },
  };
};
