/**
 * Gets the host's own consumer. The listener may not create or change it: what is missing is a failure that names the
 * command for it, and a consumer that is filtered otherwise than the host serves is told, never edited.
 */
import { type Consumer, jetstream } from "@nats-io/jetstream";
import { mapLeft, type TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Address, requestFilters } from "../contract/address.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { hostDurable, logStream } from "../contract/log-names.ts";
import type { HostIdentity } from "../contract/template.ts";
import type { ConsumerSettings } from "../router/provisioner.ts";
import type { Absence } from "./absence.ts";
import { filtersOf } from "./consumer-filters.ts";
import { consumerSettingsOf } from "./consumer-settings.ts";
import { missingConsumer, missingLog, type Trouble } from "./failures.ts";
import { insist } from "./insist.ts";
import type { Link } from "./link.ts";

export interface Place {
  readonly link: Link;
  readonly absence: Absence;
  readonly host: HostIdentity;
  readonly addresses: readonly Address[];
  /** What of the settings, but for the filters, is not as it should be: each as a clause. */
  readonly differences: (found: ConsumerSettings) => readonly string[];
  /** Is told what a person should know and nobody has to wait for. */
  readonly notice: (sentence: string) => void;
}

const deadlineMs = 30_000;

const remedy = ({ tier, hostname }: HostIdentity): string => `hd streams apply --host ${tier}/${hostname}`;

const explained = (host: HostIdentity, known: Failure): Failure => {
  if (known === missingConsumer) {
    return failure("unaudited", `The log keeps no place for ${host.hostname}. Make one with \`${remedy(host)}\`.`);
  }
  return known === missingLog
    ? failure("unaudited", `The log (stream ${logStream}) does not exist. Create it with \`${remedy(host)}\`.`)
    : known;
};

const list = (subjects: readonly string[]): string => (subjects.length === 0 ? "nothing" : subjects.join(", "));

/** What the consumer lacks and what it has too much of, as a sentence; `undefined`: it fits. */
const drift = (have: readonly string[], { addresses, host }: Pick<Place, "addresses" | "host">): string | undefined => {
  const want = addresses.flatMap(requestFilters);
  const lacks = want.filter((subject) => !have.includes(subject));
  const extra = have.filter((subject) => !want.includes(subject));
  if (lacks.length === 0 && extra.length === 0) return undefined;
  return `The place of ${host.hostname} in the log does not fit what it serves: missing ${list(lacks)}; not served ${list(extra)}. Run \`${remedy(host)} --update\`.`;
};

const unlike = (clauses: readonly string[], { hostname, tier }: HostIdentity): string =>
  `The place of ${hostname} in the log is not as it should be: ${clauses.join("; ")}. See \`hd streams diff --host ${tier}/${hostname}\`.`;

export const findConsumer = ({
  link,
  absence,
  host,
  addresses,
  differences,
  notice,
}: Place): TaskEither<Failure, Consumer> => {
  const { consumers } = jetstream(link.nc, { apiPrefix: link.api, timeout: 2_000 });
  const get = async (): Promise<Consumer> => {
    const consumer = await consumers.get(logStream, hostDurable(host.hostname));
    const info = await consumer.info(true);
    const differs = drift(filtersOf(info.config), { addresses, host });
    if (differs !== undefined) notice(differs);
    const clauses = differences(consumerSettingsOf(info));
    if (clauses.length > 0) notice(unlike(clauses, host));
    return consumer;
  };
  const inVain = ({ failure: last }: Trouble): Failure => last;
  return mapLeft((known: Failure) => explained(host, known))(insist(get, { link, deadlineMs, absence, inVain }));
};
