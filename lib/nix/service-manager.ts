/**
 * Telling systemd of this service: that it serves or what it waits for, that it ends, and that it lives. Without systemd, or
 * in a unit that does not ask, nothing is done. Each word is a `systemd-notify`: Node has no datagrams to a Unix socket, and a
 * process every minute costs less than a native module. The variables are taken out of the environment, so that what this
 * service starts cannot speak for it.
 */
import { type Ran, run } from "./process.ts";
import { complaint } from "./systemd.ts";

export interface ServiceManager {
  /** It does its work, or waits for what it cannot do it without; the status says which. Once is enough, more do no harm. */
  readonly ready: (status: string) => void;
  readonly stopping: () => void;
  /**
   * A logger's `warn` that tells systemd too. Before a service serves, what is warned of is why it cannot yet, and it is ready
   * all the same: a switch that starts it must not wait for a server that is away.
   */
  readonly heard: (warn: Warn) => Warn;
  /** What beside the event loop has to go on for the service to count as alive; from its start on, nothing. */
  readonly livesWhile: (check: () => boolean) => void;
}

type Warn = (fields: object, sentence: string) => void;

/** PID 1 answers at once. */
const tellMs = 10_000;

/** A status is one line. */
const line = (status: string): string => `--status=${status.replaceAll(/\s+/g, " ")}`;

const take = (env: NodeJS.ProcessEnv, name: string): string | undefined => {
  const value = env[name];
  delete env[name];
  return value;
};

/** A third of what the unit allows, so that one may be missed; `undefined`: it does not ask, or not this process. */
const beatMs = (usec: string | undefined, pid: string | undefined): number | undefined => {
  const ms = Math.floor(Number(usec) / 3_000);
  return ms > 0 && (pid === undefined || pid === String(process.pid)) ? ms : undefined;
};

type Tell = (...words: readonly string[]) => void;

/** In the order of the calls, and without anyone waiting for it. What goes wrong is told once. */
const teller = (env: NodeJS.ProcessEnv, notice: (sentence: string) => void): Tell => {
  let [before, isTold]: [Promise<void>, boolean] = [Promise.resolve(), false];
  const heed = (ran: Ran): void => {
    if (ran.code === 0 || isTold) return;
    isTold = true;
    notice(`systemd cannot be told how this service is: ${complaint(ran)}. It may take it for hung and restart it.`);
  };
  return (...words) => {
    before = before.then(async () => heed(await run(["systemd-notify", ...words], { timeoutMs: tellMs, env })));
  };
};

const silent: ServiceManager = {
  ready: () => undefined,
  stopping: () => undefined,
  heard: (warn) => warn,
  livesWhile: () => undefined,
};

/**
 * Takes the variables by which systemd is spoken to out of `env`: to be called once, before anything is started. From then on
 * systemd is told three times in what the unit allows that the service lives; a loop that hangs says nothing.
 */
export const takeServiceManager = (env: NodeJS.ProcessEnv, notice: (sentence: string) => void): ServiceManager => {
  const socket = take(env, "NOTIFY_SOCKET");
  const everyMs = beatMs(take(env, "WATCHDOG_USEC"), take(env, "WATCHDOG_PID"));
  if (socket === undefined) return silent;
  const tell = teller({ ...env, NOTIFY_SOCKET: socket }, notice);
  let isAlive = (): boolean => true;
  const beat = (): void => {
    if (isAlive()) tell("WATCHDOG=1");
  };
  if (everyMs !== undefined) setInterval(beat, everyMs).unref();
  const ready = (status: string): void => tell("--ready", line(status));
  return {
    ready,
    stopping: () => tell("STOPPING=1"),
    heard: (warn) => (fields, sentence) => {
      warn(fields, sentence);
      ready(sentence);
    },
    livesWhile: (check) => {
      isAlive = check;
    },
  };
};
