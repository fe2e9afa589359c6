/**
 * Brings a server to hold the log as it is wanted: what is missing is created, what differs is told and, only when asked
 * for, edited. Nothing is ever deleted; whoever runs it twice changes nothing the second time.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../lib/contract/failure.ts";
import type { SinkName } from "../lib/contract/names.ts";
import type { ConsumerSettings, Provisioner, StreamSettings } from "../lib/router/provisioner.ts";
import { alertConsumers, alerterConsumer, alertSettings } from "./alerts/settings.ts";
import { builderConsumer } from "./builder-consumer.ts";
import { compare, type Difference } from "./compare.ts";
import { presenceSettings } from "./presences.ts";

export interface WantedLog {
  readonly stream: StreamSettings;
  readonly consumers: readonly ConsumerSettings[];
  /** Whether there is a place for builders. */
  readonly builder?: boolean;
  /** Where alerts go. `undefined`: nobody is told anything. */
  readonly sinks?: readonly SinkName[] | undefined;
}

export interface Applied {
  readonly kind: "stream" | "consumer";
  readonly name: string;
  readonly outcome: "created" | "matches" | "updated" | "differs";
  /** What was edited. */
  readonly fixed: readonly Difference[];
  /** What still differs. */
  readonly differences: readonly Difference[];
}

export interface ApplyOptions {
  /** Edits what differs, as far as an edit can. */
  readonly update: boolean;
  /** Settings of the stream that hold where it is made; in one that is there they are not compared and not edited. */
  readonly undecided?: readonly (keyof StreamSettings)[];
}

interface Target {
  readonly kind: Applied["kind"];
  readonly name: string;
  /** `undefined`: there is none. */
  readonly differences: readonly Difference[] | undefined;
  readonly create: () => TaskEither<Failure, void>;
  readonly edit: () => TaskEither<Failure, void>;
}

type Done = Promise<Either<Failure, Applied>>;

const reconcile = async ({ kind, name, differences, create, edit }: Target, { update }: ApplyOptions): Done => {
  const of = (outcome: Applied["outcome"], fixed: readonly Difference[], left: readonly Difference[]) =>
    right({ kind, name, outcome, fixed, differences: left });
  if (differences === undefined) {
    const created = await create()();
    return isLeft(created) ? created : of("created", [], []);
  }
  if (differences.length === 0) return of("matches", [], []);
  const fixable = differences.filter((difference) => difference.fixable);
  if (!update || fixable.length === 0) return of("differs", [], differences);
  const edited = await edit()();
  if (isLeft(edited)) return edited;
  const remaining = differences.filter((difference) => !difference.fixable);
  return of(remaining.length === 0 ? "updated" : "differs", fixable, remaining);
};

/** Only what can be edited is taken from what is wanted; the rest stays as it is. */
const editedOf = <S extends StreamSettings | ConsumerSettings>(found: S, differences: readonly Difference[]): S => ({
  ...found,
  ...Object.fromEntries(differences.filter(({ fixable }) => fixable).map(({ setting, want }) => [setting, want])),
});

const streamTarget = async (
  port: Provisioner,
  wanted: StreamSettings,
  { undecided = [] }: ApplyOptions,
): Promise<Either<Failure, Target>> => {
  const found = await port.stream(wanted.name)();
  if (isLeft(found)) return found;
  const have = found.right;
  const all = have === undefined ? undefined : compare(wanted, have.settings, have.usedBytes);
  const differences = all?.filter(({ setting }) => !undecided.some((one) => one === setting));
  return right({
    kind: "stream",
    name: wanted.name,
    differences,
    create: () => port.createStream(wanted),
    edit: () => port.updateStream(editedOf(have?.settings ?? wanted, differences ?? [])),
  });
};

const consumerTarget = (
  port: Provisioner,
  stream: string,
  wanted: ConsumerSettings,
  found: ConsumerSettings | undefined,
): Target => {
  const differences = found === undefined ? undefined : compare(wanted, found);
  return {
    kind: "consumer",
    name: wanted.name,
    differences,
    create: () => port.createConsumer(stream, wanted),
    edit: () => port.updateConsumer(stream, editedOf(found ?? wanted, differences ?? [])),
  };
};

/** One stream, without consumers. */
export const applyStream =
  (port: Provisioner, wanted: StreamSettings, options: ApplyOptions): TaskEither<Failure, Applied> =>
  async () => {
    const target = await streamTarget(port, wanted, options);
    return isLeft(target) ? target : reconcile(target.right, options);
  };

const applyConsumers = async (
  port: Provisioner,
  { stream, consumers }: WantedLog,
  options: ApplyOptions,
): Promise<Either<Failure, readonly Applied[]>> => {
  const found = await port.consumers(stream.name)();
  if (isLeft(found)) return found;
  const applied: Applied[] = [];
  for (const wanted of consumers) {
    const have = found.right.find(({ name }) => name === wanted.name);
    const done = await reconcile(consumerTarget(port, stream.name, wanted, have), options);
    if (isLeft(done)) return done;
    applied.push(done.right);
  }
  return right(applied);
};

/** A stream and its consumers. */
const applyWhole = async (
  port: Provisioner,
  wanted: WantedLog,
  options: ApplyOptions,
): Promise<Either<Failure, readonly Applied[]>> => {
  const stream = await applyStream(port, wanted.stream, options)();
  if (isLeft(stream)) return stream;
  const consumers = await applyConsumers(port, wanted, options);
  return isLeft(consumers) ? consumers : right([stream.right, ...consumers.right]);
};

/**
 * What no deployment needs: whoever may not make it yet has the rest. A consumer that nobody takes from only gathers what it
 * would tell too late, so there is none where there are no sinks.
 */
const applyRest = async (
  port: Provisioner,
  { stream, sinks }: WantedLog,
  options: ApplyOptions,
): Promise<Either<Failure, readonly Applied[]>> => {
  const bucket = await applyStream(port, presenceSettings(stream), options)();
  if (isLeft(bucket) || sinks === undefined) return isLeft(bucket) ? bucket : right([bucket.right]);
  const wanted = { stream: alertSettings(stream), consumers: alertConsumers(sinks) };
  const alerts = await applyWhole(port, wanted, options);
  return isLeft(alerts) ? alerts : right([bucket.right, ...alerts.right]);
};

/**
 * The log first, then its consumers, in the order they are wanted, then the bucket of presences, then the stream of alerts
 * and its own. It ends at the first failure.
 */
export const applyStreams =
  (port: Provisioner, wanted: WantedLog, options: ApplyOptions): TaskEither<Failure, readonly Applied[]> =>
  async () => {
    const consumers = [
      ...wanted.consumers,
      ...(wanted.sinks === undefined ? [] : [alerterConsumer]),
      ...(wanted.builder === true ? [builderConsumer] : []),
    ];
    const log = await applyWhole(port, { stream: wanted.stream, consumers }, options);
    if (isLeft(log)) return log;
    const undecided = options.undecided?.filter((setting) => setting === "replicas") ?? [];
    const rest = await applyRest(port, wanted, { ...options, undecided });
    return isLeft(rest) ? rest : right([...log.right, ...rest.right]);
  };
