/**
 * `hd streams apply` and `hd streams diff`: one looks, the other also creates and edits. Neither ever deletes a record; a place of a
 * sink is ended where somebody says so.
 */
import { type Either, isLeft, left, map as mapE, right } from "fp-ts/lib/Either.js";
import { chain as chainTE, map as mapTE, right as rightTE, type TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { logStream } from "../../lib/contract/log-names.ts";
import { defaultTemplates, expandTemplates, type HostIdentity } from "../../lib/contract/template.ts";
import type { ConsumerSettings, Provisioner } from "../../lib/router/provisioner.ts";
import { type Applied, type ApplyOptions, applyStream, applyStreams } from "../../streams/apply.ts";
import { auditStream } from "../../streams/audit.ts";
import { hostConsumer } from "../../streams/host-consumer.ts";
import type { Room } from "../../streams/room.ts";
import { vaultSettings } from "../../streams/vault.ts";
import { asKeeper } from "../args/vault-key.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { writeList } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { type Ended, lend } from "../work/with-bus.ts";
import { appliedText, isDifferent, type Part } from "./applied-text.ts";
import { extraPlaces, extraSinks, prune } from "./extra.ts";
import { givenWords } from "./given-words.ts";
import { lookOnly } from "./look-only.ts";
import { roomDocument, roomIn, roomLines } from "./room.ts";
import { type StreamsArgs, type Wanted, wantedLog } from "./wanted.ts";

/** `look`: change nothing. `create`: make what is missing. `edit`: also bring what differs to what it should be. */
export type Mode = "look" | "create" | "edit";

const consumersOf = (
  hosts: readonly HostIdentity[],
  deploySubjects: readonly string[],
): Either<Failure, readonly ConsumerSettings[]> => {
  const templates = deploySubjects.length > 0 ? deploySubjects : defaultTemplates;
  const consumers: ConsumerSettings[] = [];
  const twice = hosts.find(({ hostname }, n) => hosts.findIndex((other) => other.hostname === hostname) < n);
  if (twice !== undefined) {
    const what = `${twice.hostname} is named twice. A host has one place in the log, with one tier and all its roles`;
    return left(failure("invalid_request", `Nothing was done: ${what}.`));
  }
  for (const host of hosts) {
    const expanded = expandTemplates(templates, host);
    if (isLeft(expanded)) return left(failure("invalid_request", `Nothing was done: ${expanded.left}.`));
    consumers.push(hostConsumer(host.hostname, expanded.right.addresses));
  }
  return right(consumers);
};

/** What is brought about, and who may do it. */
interface Job {
  readonly connection: Connection;
  readonly apply: (port: Provisioner, options: ApplyOptions) => TaskEither<Failure, readonly Part[]>;
}

const vaultJob = ({ replicas, undecided, connection, keeperKey }: Wanted, { vaultKeyFile }: StreamsArgs) =>
  mapE(
    (keeper: Connection): Job => ({
      connection: keeper,
      apply: (port, options) =>
        mapTE((done: Applied) => [done])(
          // A vault has no bounds, whoever decides.
          applyStream(port, vaultSettings({ replicas }), {
            ...options,
            undecided: undecided.filter((setting) => setting === "replicas"),
          }),
        ),
    }),
  )(asKeeper(connection, vaultKeyFile ?? keeperKey));

type Parts = TaskEither<Failure, readonly Part[]>;

/** One after the other; it ends at the first failure. */
const andThen = (next: () => Parts) =>
  chainTE((done: readonly Part[]) => mapTE((more: readonly Part[]) => [...done, ...more])(next()));

/** What is there and nobody is for. */
const leftOver = (port: Provisioner, { hosts, fleet, sinks }: Wanted, args: StreamsArgs, again: string): Parts => {
  const places: Parts = fleet === undefined ? rightTE([]) : extraPlaces(port, hosts, fleet);
  if (sinks === undefined) return places;
  const found = extraSinks(port, sinks, `hd streams apply --prune${again}`);
  return andThen(() => (args.prune ? chainTE((extra: readonly Part[]) => prune(port, extra))(found) : found))(places);
};

const logJob = (wanted: Wanted, args: StreamsArgs, again: string) =>
  mapE((consumers: readonly ConsumerSettings[]): Job => {
    const { connection, undecided, builder, sinks = [] } = wanted;
    // Without a sink nobody is told, and then there is nothing to make.
    const log = { stream: auditStream(wanted), consumers, builder, sinks: sinks.length === 0 ? undefined : sinks };
    const made = (port: Provisioner, options: ApplyOptions): Parts =>
      applyStreams(port, log, { ...options, undecided });
    return {
      connection,
      apply: (port, options) => andThen(() => leftOver(port, wanted, args, again))(made(port, options)),
    };
  })(consumersOf(wanted.hosts, args.deploySubjects));

interface Told {
  readonly items: readonly Part[];
  /** `undefined`: not asked for, or there is no log. */
  readonly room: Room | undefined;
  readonly words: string;
}

const print = ({ stdout, env }: CliEnv, { form }: StreamsArgs, { items, room, words }: Told): void => {
  if (form === "table") {
    const paint = paintFor(stdout, env);
    stdout.write(`${appliedText(items, paint, words)}${room === undefined ? "" : roomLines(room, paint)}`);
    return;
  }
  const documents = items.map((item) =>
    room !== undefined && item.name === logStream ? { ...item, room: roomDocument(room) } : item,
  );
  writeList(stdout, form, { kind: "Streams", key: "streams", items: documents });
};

/** Who only looks creates nothing, whatever the port says. */
const seen = (items: readonly Part[], mode: Mode): readonly Part[] =>
  items.map((one) => (mode === "look" && one.outcome === "created" ? { ...one, outcome: "missing" as const } : one));

/** A place too many is not for an apply to end, and only whoever looks is told of it by the exit code. */
const exitFor = (items: readonly Part[], mode: Mode): number => {
  const counted = mode === "look" ? items : items.filter(({ outcome }) => outcome !== "extra");
  return counted.some(isDifferent) ? exits.differences : exits.done;
};

export const streams = async (cli: CliEnv, own: Connection, args: StreamsArgs, mode: Mode): Promise<Ended> => {
  const wanted = await wantedLog(cli, args, own);
  if (isLeft(wanted)) return wanted;
  const words = `${givenWords(args)}${own.repeated}`;
  const job = args.vault ? vaultJob(wanted.right, args) : logJob(wanted.right, args, words);
  if (isLeft(job)) return job;
  return lend(cli.provision(job.right.connection), async (provisioner) => {
    const port = mode === "look" ? lookOnly(provisioner) : provisioner;
    const done = await job.right.apply(port, { update: mode === "edit" })();
    if (isLeft(done)) return done;
    const room = mode === "look" && !args.vault ? await roomIn(port, cli.now())() : right(undefined);
    if (isLeft(room)) return room;
    const items = seen(done.right, mode);
    print(cli, args, { items, room: room.right, words });
    return right(exitFor(items, mode));
  });
};
