/**
 * The provisioner over JetStream's own API, which only an identity in the streams' account reaches. Every request may be
 * repeated: creating what is there already with the same settings is no error, nor is deleting what is gone.
 */
import { JetStreamApiError, type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { isLeft, left } from "fp-ts/lib/Either.js";
import { map, type TaskEither } from "fp-ts/lib/TaskEither.js";
import type { NatsConnection } from "nats";
import type { Access } from "../contract/access.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { importingKey, inboxPrefix, jetStreamApi, logStream } from "../contract/log-names.ts";
import type { Requester } from "../contract/names.ts";
import type { ConsumerSettings, Provisioner } from "../router/provisioner.ts";
import { type Absence, absenceOf } from "./absence.ts";
import { close } from "./close.ts";
import { connect } from "./connect.ts";
import { consumerSettingsOf, toConsumerConfig } from "./consumer-settings.ts";
import { missingLog, troubleOf } from "./failures.ts";
import { insist } from "./insist.ts";
import { type Link, linkOf } from "./link.ts";
import { foundStreamOf, toStreamConfig } from "./stream-settings.ts";

const deadlineMs = 30_000;

type Manage = <A>(ask: (api: JetStreamManager) => Promise<A>) => TaskEither<Failure, A>;

const managing =
  (link: Link, absence: Absence): Manage =>
  (ask) =>
    insist(
      async (timeoutMs) =>
        ask(await jetstreamManager(link.nc, { apiPrefix: jetStreamApi, checkAPI: false, timeout: timeoutMs })),
      { link, deadlineMs, absence, inVain: ({ failure }) => failure },
    );

/** What the log's absence means to whoever is there to create it: nothing found. */
const unlessMissing = async <A>(found: Promise<A>): Promise<A | undefined> => {
  try {
    return await found;
  } catch (thrown) {
    if (troubleOf(thrown).failure === missingLog) return undefined;
    throw thrown;
  }
};

const noSuchConsumer = 10014;

const unlessNoConsumer = async (deleted: Promise<unknown>): Promise<void> => {
  try {
    await deleted;
  } catch (thrown) {
    if (!(thrown instanceof JetStreamApiError) || thrown.code !== noSuchConsumer) throw thrown;
  }
};

const importing = failure(
  "invalid_request",
  "Nothing was made: the log is being filled by `hd import`, and a host would take its old requests for new ones. Wait until the import has ended.",
);

/** Also of one that was interrupted: that log has to be made anew. */
const isFilled = async ({ streams }: JetStreamManager, stream: string): Promise<boolean> =>
  stream === logStream && (await streams.info(stream)).config.metadata?.[importingKey] !== undefined;

const done = async (answer: Promise<unknown>): Promise<void> => {
  await answer;
};

/** @internal The port over a link that is there. */
export const provisionerOf = (link: Link): Provisioner => {
  const probe = async () => {
    const { streams } = await jetstreamManager(link.nc, { apiPrefix: jetStreamApi, checkAPI: false, timeout: 1_000 });
    return unlessMissing(streams.info(logStream));
  };
  const manage = managing(link, absenceOf(link, probe));
  return {
    stream: (name) =>
      manage(async ({ streams }) => {
        const info = await unlessMissing(streams.info(name));
        return info === undefined ? undefined : foundStreamOf(info);
      }),
    createStream: (settings) => manage(({ streams }) => done(streams.add(toStreamConfig(settings)))),
    updateStream: (settings) => manage(({ streams }) => done(streams.update(settings.name, toStreamConfig(settings)))),
    consumers: (stream) =>
      manage(async ({ consumers }) => {
        const found: ConsumerSettings[] = [];
        for await (const info of consumers.list(stream)) found.push(consumerSettingsOf(info));
        return found;
      }),
    waiting: (stream) =>
      manage(async ({ consumers }) => {
        const found = new Map<string, number>();
        for await (const { name, num_pending, num_ack_pending } of consumers.list(stream)) {
          found.set(name, num_pending + num_ack_pending);
        }
        return found;
      }),
    createConsumer: (stream, settings) => async () => {
      const filled = await manage((api) => isFilled(api, stream))();
      if (isLeft(filled)) return filled;
      if (filled.right) return left(importing);
      return manage(({ consumers }) => done(consumers.add(stream, toConsumerConfig(settings))))();
    },
    updateConsumer: (stream, settings) =>
      manage(({ consumers }) => done(consumers.update(stream, settings.name, toConsumerConfig(settings)))),
    deleteConsumer: (stream, name) => manage(({ consumers }) => unlessNoConsumer(consumers.delete(stream, name))),
  };
};

export interface ProvisionerOptions extends Access {
  readonly requester: Requester;
  readonly notice: (sentence: string) => void;
}

export interface ProvisionerConnection extends Provisioner {
  readonly close: () => Promise<void>;
}

export const connectProvisioner = (options: ProvisionerOptions): TaskEither<Failure, ProvisionerConnection> => {
  const { requester, notice, ...access } = options;
  const connected = connect({
    ...access,
    name: `hd provisioner ${requester}`,
    inboxPrefix: inboxPrefix(requester),
    patient: false,
  });
  return map((nc: NatsConnection) => {
    const link = linkOf(nc, notice);
    return { ...provisionerOf(link), close: () => close(link) };
  })(connected);
};
