/** The places of hosts in the log: one consumer each, which holds what is asked of the host until it has answered. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Fleet } from "../../lib/contract/fleet.ts";
import { hostDurable, logStream } from "../../lib/contract/log-names.ts";
import type { HostName } from "../../lib/contract/names.ts";
import { addressesOf, type HostIdentity } from "../../lib/contract/template.ts";
import type { ConsumerSettings, Provisioner } from "../../lib/router/provisioner.ts";
import { type Applied, applyStreams } from "../../streams/apply.ts";
import { auditStream } from "../../streams/audit.ts";
import { hostConsumer } from "../../streams/host-consumer.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import type { Ended } from "../work/with-bus.ts";

const consumerOf = (host: HostIdentity) => hostConsumer(host.hostname, addressesOf(host));

/** One that was left from before may have other filters. */
const corrected = async (
  log: Provisioner,
  wanted: ConsumerSettings,
  place: Applied,
): Promise<Either<Failure, string>> => {
  if (place.outcome !== "differs") return right(place.outcome);
  const done = await log.updateConsumer(logStream, wanted)();
  return isLeft(done) ? done : right("updated");
};

const streamHint = "; see hd streams diff --fleet";

/** Makes the place of a host, and the log itself where there is none yet; a log that differs is told and left as it is. */
export const enrol = async (cli: CliEnv, log: Provisioner, { server }: Fleet, host: HostIdentity): Promise<Ended> => {
  const stream = auditStream({ replicas: server.replicas, maxBytes: server.maxLogBytes });
  const wanted = consumerOf(host);
  const done = await applyStreams(log, { stream, consumers: [wanted] }, { update: false })();
  if (isLeft(done)) return done;
  for (const one of done.right) {
    const outcome = one.kind === "stream" ? right(one.outcome) : await corrected(log, wanted, one);
    if (isLeft(outcome)) return outcome;
    const hint = outcome.right === "differs" ? streamHint : "";
    cli.stderr.write(`the log: ${one.kind} ${one.name} ${outcome.right}${hint}\n`);
  }
  return right(exits.done);
};

/** Ends the place of a host; what it was asked and what it answered stays in the log. */
export const withdraw = async (cli: CliEnv, log: Provisioner, hostname: HostName): Promise<Ended> => {
  const done = await log.deleteConsumer(logStream, hostDurable(hostname))();
  if (isLeft(done)) return done;
  cli.stderr.write(`the log: consumer ${hostDurable(hostname)} deleted; the records of ${hostname} stay\n`);
  return right(exits.done);
};

/** How many requests wait there. `undefined`: there is no such place. */
export const waitingFor = async (
  log: Provisioner,
  hostname: HostName,
): Promise<Either<Failure, number | undefined>> => {
  const stream = await log.stream(logStream)();
  if (isLeft(stream) || stream.right === undefined) return isLeft(stream) ? stream : right(undefined);
  const waiting = await log.waiting(logStream)();
  return isLeft(waiting) ? waiting : right(waiting.right.get(hostDurable(hostname)));
};

/** Whoever removes the place of a host has to know what it will never be asked. */
export const refuseWaiting = async (
  log: Provisioner | undefined,
  hostname: HostName,
  yes: boolean,
): Promise<Either<Failure, void>> => {
  if (log === undefined || yes) return right(undefined);
  const waiting = await waitingFor(log, hostname);
  if (isLeft(waiting)) return waiting;
  const count = waiting.right ?? 0;
  if (count === 0) return right(undefined);
  const what = count === 1 ? "one request waits" : `${count} requests wait`;
  const told = `Nothing was changed: ${what} for ${hostname}, which would never be answered`;
  return left(failure("invalid_request", `${told}. Let ${hostname} answer first, or give --yes to give them up.`));
};
