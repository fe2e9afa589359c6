/**
 * The entry: composes the command line with what it touches, and is the only file here that names adapters. All but the
 * help of `hd` itself is imported when it is needed, because what is loaded is what people wait for.
 */
import module from "node:module";
import { userInfo } from "node:os";
import type { CliEnv, Output } from "./env.ts";
import { exits } from "./exits.ts";
import { rootHelp } from "./help/root-help.ts";
import { version } from "./version.ts";

const outputTo = (stream: NodeJS.WriteStream): Output => ({
  write: (text) => void stream.write(text),
  flushed: () => new Promise((resolve) => stream.write("", () => resolve())),
  isTTY: stream.isTTY === true,
  size: () => ({ columns: stream.columns ?? 100, rows: stream.rows ?? 24 }),
});

/** A user without an entry in the machine's list has no name. */
const loginName = (): string | undefined => {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
};

/** How to start this very program again, from whatever folder: what Node preloads is named in full. */
const program = (): [string, ...string[]] => {
  const options = process.execArgv.map((word, n) =>
    process.execArgv[n - 1] === "--import" ? import.meta.resolve(word) : word,
  );
  return [process.execPath, ...options, process.argv[1] ?? ""];
};

/** A pipe whose reader has gone, or a terminal that was closed. */
const gone: readonly (string | undefined)[] = ["EPIPE", "EIO"];

/**
 * Whoever reads the data may have seen enough, so there is nothing more to wait for; whoever reads how it goes does not have
 * to. Either way the command ends by itself, with what it has to undo undone and an exit code of its own.
 */
const heedClosedPipes = (interrupt: () => boolean): void => {
  const cannotWrite = ({ message }: Error): void => {
    process.exitCode = exits.failed;
    process.stderr.write(`hd: the output cannot be written: ${message}\n`);
    interrupt();
  };
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (gone.includes(error.code)) interrupt();
    else cannotWrite(error);
  });
  process.stderr.on("error", () => {});
};

/** Of all adapters it is given real cryptography alone. */
const rehearse: CliEnv["rehearse"] = (policy) => async () => {
  const [{ rehearsal }, { isUserKey, verifier }] = await Promise.all([
    import("../handlers/rehearsal.ts"),
    import("./nats-main.ts"),
  ]);
  return rehearsal({ isKey: isUserKey, verify: verifier() })(policy)();
};

/** For what ends by itself in a moment, such as a connection that is being closed. */
const lingerMs = 500;

const signatures: CliEnv["signatures"] = {
  trusted: async (file) => {
    const [{ trustedKeysFile }, { isUserKey }] = await Promise.all([
      import("../lib/host/trusted-keys-file.ts"),
      import("./nats-main.ts"),
    ]);
    return trustedKeysFile(file, isUserKey)();
  },
  verifier: async () => (await import("./nats-main.ts")).verifier(),
};

/** Outside of an alerter: nothing that is sent by it has to end, and nobody reads its counters. */
const sinkPort: CliEnv["sinkPort"] = async (sink) => {
  const [sinks, { alertCommand }] = await Promise.all([
    import("../lib/sinks/sink-port.ts"),
    import("../lib/nix/foreign-command.ts"),
  ]);
  return sinks.sinkPort(sink, {
    ...{ env: process.env, now: Date.now, meter: { counted: () => undefined }, recovers: () => false },
    runCommand: alertCommand(process.env),
  });
};

const machine: CliEnv["machine"] = {
  refs: (flakeUrl) => async () => (await import("../lib/nix/reach-flake.ts")).reachFlake(flakeUrl, process.env)(),
  resolve: (flakeUrl, revision) => async () =>
    (await import("../lib/nix/reach-flake.ts")).resolveAt(flakeUrl, revision, process.env)(),
  missing: async (programs) => (await import("../lib/nix/on-path.ts")).notOnPath(programs, process.env),
};

const run = async (argv: readonly string[]): Promise<number> => {
  const [{ interrupts }, { runCli }] = await Promise.all([import("./interrupts.ts"), import("./run-cli.ts")]);
  const { onInterrupt, interrupt } = interrupts(process);
  heedClosedPipes(interrupt);
  const cli: CliEnv = {
    env: process.env,
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    now: Date.now,
    version: version(),
    loginName,
    onInterrupt,
    ask: async (question) => (await import("./ask-person.ts")).askPerson(question),
    contexts: {
      selected: () => async () => (await import("./nats-main.ts")).selectedContext(process.env)(),
      names: async () => (await import("./nats-main.ts")).contextNames(process.env),
      read: (name) => async () => (await import("./nats-main.ts")).natsContext(process.env, name)(),
    },
    inspect: (connection) => async () => (await import("./nats-main.ts")).connectInspection(connection)(),
    machine,
    connect: (connection) => async () => (await import("./nats-main.ts")).connectBus(connection)(),
    provision: (connection) => async () => (await import("./nats-main.ts")).connectProvisioner(connection)(),
    importer: (connection) => async () => (await import("./nats-main.ts")).connectImporter(connection)(),
    logRecords: (connection) => async () => (await import("./nats-main.ts")).connectLogRecords(connection)(),
    vaultRecords: (connection) => async () => (await import("./nats-main.ts")).connectVaultRecords(connection)(),
    signatures,
    sinkPort,
    rehearse,
    keyMaker: async () => (await import("./nats-main.ts")).keyMaker,
    listen: async (options) => (await import("../handlers/main.ts")).runListener(options, program()),
    alert: async (options) => (await import("../streams/alerts/main.ts")).runAlerter(options),
    build: async (options) => (await import("../handlers/builder-main.ts")).runBuilder(options),
    up: async (self, { once }) => (await import("./up-main.ts")).runUp(self, { once, program: program() }),
    mcp: async (self, as, options) => (await import("./mcp-main.ts")).runMcp(self, as, options),
  };
  return runCli(argv, cli);
};

const runJob = async (words: readonly string[]): Promise<number> => {
  const [{ job }, { runJobById }] = await Promise.all([import("./job.ts"), import("../handlers/job-main.ts")]);
  return job(
    words,
    ({ id, stateDir }) => runJobById(id, { stateDir }),
    (text) => void process.stderr.write(text),
  );
};

// Newer than the oldest Node that this runs on.
if ("enableCompileCache" in module && typeof module.enableCompileCache === "function") module.enableCompileCache();
const argv = process.argv.slice(2);
if (argv.length === 0 || (argv.length === 1 && ["--help", "-h", "help"].includes(argv[0] ?? ""))) {
  heedClosedPipes(() => false);
  process.stdout.write(rootHelp(version()));
} else {
  const code = await (argv[0] === "job" ? runJob(argv.slice(1)) : run(argv));
  process.exitCode ||= code;
  // What a server that is silent left open must not keep whoever asked: by now all has been said.
  setTimeout(() => process.exit(), lingerMs).unref();
}
