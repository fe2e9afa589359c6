/** What a builder gets of NATS: the log as far as it may use it, live messages, and the requests that all builders share. */
import { type Consumer, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { left } from "fp-ts/lib/Either.js";
import { mapLeft, type TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Access } from "../contract/access.ts";
import { parseBuildRequest } from "../contract/build-address.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { inboxPrefix, logStream, serviceDurables } from "../contract/log-names.ts";
import type { Requester } from "../contract/names.ts";
import type { BuilderBus, PlaceDifferences } from "../router/building.ts";
import type { Logger } from "../router/ports.ts";
import type { ConsumerSettings } from "../router/provisioner.ts";
import { type Absence, absenceOf } from "./absence.ts";
import { reached } from "./api-prefix.ts";
import { close } from "./close.ts";
import { closedFor } from "./closed-for.ts";
import { connect } from "./connect.ts";
import { consumerSettingsOf } from "./consumer-settings.ts";
import { objectionBy } from "./delivery.ts";
import { missingConsumer, missingLog } from "./failures.ts";
import { insist } from "./insist.ts";
import { type Link, linkOf } from "./link.ts";
import { liveOf } from "./live.ts";
import { logClockOf } from "./log-clock.ts";
import { logReader } from "./log-reader.ts";
import { logWriter } from "./log-writer.ts";
import { workOf } from "./work.ts";

export interface BuilderBusOptions extends Access {
  readonly requester: Requester;
  readonly differences: (found: ConsumerSettings) => PlaceDifferences;
  readonly logger: Logger;
}

const durable = serviceDurables.builder;
const called = "the builders' place in the log";
const remedy = "hd streams apply --builder";

const unlike = (clauses: readonly string[]): string =>
  `The builders' place in the log is not as it should be: ${clauses.join("; ")}. Correct it with \`${remedy} --update\`.`;

const explained = (known: Failure): Failure => {
  if (known === missingConsumer)
    return failure("unaudited", `The log keeps no place for builders. Make one with \`${remedy}\`.`);
  return known === missingLog
    ? failure("unaudited", `The log (stream ${logStream}) does not exist. Create it with \`${remedy}\`.`)
    : known;
};

/** One more than is handed over at a time: whoever builds goes on waiting, which is how others see that it is there. */
const inHand = 2;

interface Taking extends Pick<BuilderBusOptions, "requester" | "differences"> {
  readonly link: Link;
  readonly absence: Absence;
  readonly notice: (sentence: string) => void;
}

const find = ({ link, absence, differences, notice }: Taking): TaskEither<Failure, Consumer> => {
  const { consumers } = jetstream(link.nc, { apiPrefix: link.api, timeout: 2_000 });
  const get = (): Promise<Consumer> => consumers.get(logStream, durable);
  const found = insist(get, { link, absence, deadlineMs: 30_000, inVain: ({ failure: last }) => last });
  return async () => {
    const consumer = await mapLeft(explained)(found)();
    if (consumer._tag === "Left") return consumer;
    const { wrong, odd } = differences(consumerSettingsOf(await consumer.right.info(true)));
    if (wrong.length > 0) return left(failure("unaudited", unlike(wrong)));
    if (odd.length > 0) notice(unlike(odd));
    return consumer;
  };
};

const workFor = (taking: Taking) => {
  const { link, notice, requester } = taking;
  return workOf({
    ...{ link, notice, inHand, durable, called, stream: logStream, taker: requester },
    find: () => find(taking),
    objection: (message) =>
      objectionBy(message, {
        ...{ durable, whose: "the builders'", unlike: "it asks for no build" },
        isAddressed: (subject) => parseBuildRequest(subject) !== undefined,
      }),
    inOrder: false,
  });
};

export const connectBuilder = (options: BuilderBusOptions): TaskEither<Failure, BuilderBus> => {
  const { servers, credentials, tls, requester, differences, logger } = options;
  const notice = (sentence: string): void => logger.warn({}, sentence);
  const connected = connect({
    ...{ servers, credentials, tls, notice },
    ...{ name: `hd builder ${requester}`, inboxPrefix: inboxPrefix(requester), patient: true },
  });
  return reached(connected, `CONSUMER.INFO.${logStream}.${durable}`, (nc, api): BuilderBus => {
    const link = linkOf(nc, notice, api);
    // The only question about the log that a builder may ask of the API.
    const probe = async () => {
      const { consumers } = await jetstreamManager(nc, { apiPrefix: api, checkAPI: false, timeout: 1_000 });
      return consumers.info(logStream, durable);
    };
    const absence = absenceOf(link, probe);
    return {
      log: { ...logWriter(link, absence), last: logReader(link, absence).last },
      live: liveOf(link, notice),
      work: workFor({ link, absence, differences, notice, requester }),
      clock: logClockOf(link, notice),
      isUp: link.isUp,
      closed: nc.closed().then(closedFor("builder")),
      close: () => close(link),
    };
  });
};
