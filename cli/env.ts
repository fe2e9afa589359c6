/**
 * All that a command touches of the world: streams, clock, signals, and the adapters that `cli/main.ts` names. A command
 * takes it as a value, so a test calls the command plainly.
 */
import type { Either } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Access } from "../lib/contract/access.ts";
import type { Sink } from "../lib/contract/alert-rules.ts";
import type { AlerterOptions } from "../lib/contract/alerter-options.ts";
import type { Environment } from "../lib/contract/alias.ts";
import type { BuilderOptions } from "../lib/contract/builder-options.ts";
import type { Failure } from "../lib/contract/failure.ts";
import type { ListenerOptions } from "../lib/contract/listener-options.ts";
import type { Requester } from "../lib/contract/names.ts";
import type { ContextName, NatsContext } from "../lib/contract/nats-context.ts";
import type { TrustedKeys } from "../lib/contract/trusted-keys.ts";
import type { Commit, Revision } from "../lib/contract/values.ts";
import type { Verify } from "../lib/contract/verify-record.ts";
import type { KeyMaker } from "../lib/fleet/seeds.ts";
import type { SinkPort } from "../lib/router/alerting.ts";
import type { Importer } from "../lib/router/importer.ts";
import type { Inspection } from "../lib/router/inspection.ts";
import type { Bus } from "../lib/router/ports.ts";
import type { Provisioner } from "../lib/router/provisioner.ts";
import type { RecordReader } from "../lib/router/records.ts";
import type { Rehearse } from "../lib/router/rehearsal.ts";
import type { McpOptions } from "./mcp/options.ts";

/** stdout is for data, stderr for everything else. */
export interface Output {
  readonly write: (text: string) => void;
  /** Resolves when nothing that was written is held back any more, or nobody reads it. Left out: nothing ever is. */
  readonly flushed?: () => Promise<void>;
  readonly isTTY: boolean;
  /** Size of the terminal, as it is now; elsewhere a guess. */
  readonly size: () => { readonly columns: number; readonly rows: number };
}

/** What gave each part of a connection: an option, a variable, a context, or none of them. */
export interface Origins {
  readonly servers: string;
  readonly credentials: string;
  readonly tls: string;
  readonly requester: string;
}

export interface Connection extends Access {
  readonly requester: Requester;
  readonly origins: Origins;
  /** The options that gave it, to be repeated in a command that is printed: each with a space before it. */
  readonly repeated: string;
  /** Why the context in use is not used after all: a clause. */
  readonly passedOver: string | undefined;
  /** Is told what no call waits for, such as a lost connection. */
  readonly notice: (sentence: string) => void;
}

/** The contexts of the `nats` tool. */
export interface Contexts {
  readonly selected: () => TaskEither<Failure, ContextName | undefined>;
  /** Of all there are, sorted; none where they cannot be listed. */
  readonly names: () => Promise<readonly ContextName[]>;
  readonly read: (name: ContextName) => TaskEither<Failure, NatsContext>;
}

/** What a deployment needs of a machine and its surroundings. */
export interface Machine {
  /** How many branches and tags the flake's repository has. */
  readonly refs: (flakeUrl: string) => TaskEither<Failure, number>;
  /** What the flake's repository has by this name now. */
  readonly resolve: (flakeUrl: string, revision: Revision) => TaskEither<Failure, Commit>;
  /** Which of these programs are not on PATH. */
  readonly missing: (programs: readonly string[]) => Promise<readonly string[]>;
}

/** Whether signatures in the log are good. */
export interface SignatureChecks {
  /** The keys in a file for listeners. Left: why they cannot be used, as a sentence. */
  readonly trusted: (file: string) => Promise<Either<string, TrustedKeys>>;
  readonly verifier: () => Promise<Verify>;
}

export interface Provisioning extends Provisioner {
  readonly close: () => Promise<void>;
}

export interface Importing extends Importer {
  readonly close: () => Promise<void>;
}

/** A stream to be read whole. */
export interface Records extends RecordReader {
  readonly close: () => Promise<void>;
}

/** Who an assistant works as. Looked up when it is needed: a client does not wait for its server to find a context. */
export interface McpIdentities {
  readonly own: TaskEither<Failure, Connection>;
  /** With a key of its own, for every tier. `undefined`: nothing of that is offered. */
  readonly admin: TaskEither<Failure, Connection> | undefined;
}

export interface CliEnv {
  readonly env: Environment;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly version: string;
  /** The name that the user is logged in with. */
  readonly loginName: () => string | undefined;
  /**
   * Calls back at SIGINT or SIGTERM, or when nobody reads stdout any more; the result takes that back. A second signal ends
   * the process at once, unless who waits is patient: it has something to undo, and is called again.
   */
  readonly onInterrupt: (callback: () => void, how?: { readonly patient?: boolean }) => () => void;
  /** What a person at the terminal types as an answer, without the end of the line. `undefined`: there is nobody to ask. */
  readonly ask: (question: string) => Promise<string | undefined>;
  readonly contexts: Contexts;
  /** Like `connect`, to look and not to work. */
  readonly inspect: (connection: Connection) => TaskEither<Failure, Inspection>;
  readonly machine: Machine;
  readonly connect: (connection: Connection) => TaskEither<Failure, Bus>;
  /** To where the log is made, which only a key for that may reach. */
  readonly provision: (connection: Connection) => TaskEither<Failure, Provisioning>;
  /** To where the log is made, as the owner of it all. */
  readonly importer: (connection: Connection) => TaskEither<Failure, Importing>;
  /** To the log as who may read it, and to the vault as its keeper. */
  readonly logRecords: (connection: Connection) => TaskEither<Failure, Records>;
  readonly vaultRecords: (connection: Connection) => TaskEither<Failure, Records>;
  readonly signatures: SignatureChecks;
  /** A sink of the rules, to be tried out. */
  readonly sinkPort: (sink: Sink) => Promise<SinkPort>;
  /** Hosts that decide and do nothing. */
  readonly rehearse: Rehearse;
  /** Makes the keys of a fleet, and reads them. */
  readonly keyMaker: () => Promise<KeyMaker>;
  /** These resolve to an exit code. */
  readonly listen: (options: ListenerOptions) => Promise<number>;
  readonly alert: (options: AlerterOptions) => Promise<number>;
  readonly build: (options: BuilderOptions) => Promise<number>;
  readonly up: (cli: CliEnv, options: { readonly once: boolean }) => Promise<number>;
  /** Serves until whoever it serves is gone. */
  readonly mcp: (cli: CliEnv, as: McpIdentities, options: McpOptions) => Promise<Either<Failure, number>>;
}
