/**
 * Tells of a record that a consumer of the log was handed as often as it may be and never settled: the request will not be
 * carried out there. One chain of alerts for each record, in which each host is told once, however often the advisory comes. What
 * stands where advisories do and is none is told in the alerter's own log, and done with.
 */
import { type Either, isLeft, isRight, map, right } from "fp-ts/lib/Either.js";
import { tierOf } from "../../lib/contract/address.ts";
import { mostDetails, placeOf } from "../../lib/contract/alert.ts";
import type { AlertRules } from "../../lib/contract/alert-rules.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import { hostOfDurable } from "../../lib/contract/log-names.ts";
import type { HostName, Tier } from "../../lib/contract/names.ts";
import { plain } from "../../lib/contract/plain.ts";
import type { AlerterBus } from "../../lib/router/alerting.ts";
import type { Delivery, Logger } from "../../lib/router/ports.ts";
import { plural } from "../plural.ts";
import { type RequestRecord, readRecord } from "../records.ts";
import { tierOfHost } from "../roster.ts";
import { aboutRequest } from "./about.ts";
import { type Advisory, readAdvisory } from "./advisory.ts";
import { builtInRule } from "./built-in.ts";
import { type Draft, type FireEnv, fire, lastFired } from "./fire.ts";

export interface UndeliverableEnv extends FireEnv {
  readonly bus: Pick<AlerterBus, "log" | "roster">;
  readonly rules: AlertRules;
  readonly logger: Pick<Logger, "warn">;
}

type Detail = Draft["details"][number];

/** What is known of an advisory. */
interface Given {
  readonly advisory: Advisory;
  readonly request: RequestRecord | undefined;
  /** Whose place it is, if it is a host's and its tier is known. */
  readonly detail: Detail | undefined;
  readonly asOf: number;
}

const requestAt = async (
  { log }: UndeliverableEnv["bus"],
  seq: number,
): Promise<Either<Failure, RequestRecord | undefined>> => {
  const stored = await log.next(seq, "hd.req.>")();
  if (isLeft(stored)) return stored;
  const record = stored.right?.seq === seq ? readRecord(stored.right) : undefined;
  return right(record?.kind === "request" ? record : undefined);
};

/** A host that is enrolled no more was asked in the tier of the request. */
const tierIn = async (
  { roster }: UndeliverableEnv["bus"],
  host: HostName,
  request: RequestRecord | undefined,
): Promise<Either<Failure, Tier | undefined>> => {
  const enrolled = await roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const own = enrolled.right.find(({ hostname }) => hostname === host);
  return right((own && tierOfHost(own)) ?? (request && tierOf(request.address)));
};

const messageOf = ({ stream_seq: seq, deliveries }: Advisory): string =>
  `it was handed request ${seq} ${plural(deliveries, "time")} and never settled it; it is not handed it again. Look after its listener, and ask again`;

const detailOf = (advisory: Advisory, host: HostName, tier: Tier): Detail => ({
  ...{ tier, host, seq: advisory.stream_seq },
  message: messageOf(advisory),
});

const givenOf = async ({ bus }: UndeliverableEnv, advisory: Advisory): Promise<Either<Failure, Given>> => {
  const request = await requestAt(bus, advisory.stream_seq);
  if (isLeft(request)) return request;
  const end = await bus.log.end()();
  if (isLeft(end)) return end;
  const host = hostOfDurable(advisory.consumer);
  const tier = host === undefined ? right(undefined) : await tierIn(bus, host, request.right);
  if (isLeft(tier)) return tier;
  const detail = host && tier.right && detailOf(advisory, host, tier.right);
  return right({ advisory, request: request.right, detail, asOf: end.right });
};

const titleOf = ({ advisory, detail }: Given, hosts: Draft["hosts"]): string => {
  const who = detail === undefined ? `the consumer ${advisory.consumer}` : hosts.slice(0, 3).join(", ");
  const more = hosts.length > 3 ? ` and ${hosts.length - 3} more` : "";
  return plain(
    `${who}${more} could not take request ${advisory.stream_seq}, and ${hosts.length > 1 ? "are" : "is"} not handed it again`,
    200,
  );
};

const draftOf = (given: Given, before: Pick<Draft, "hosts" | "details">): Draft => {
  const { detail, request, asOf } = given;
  const hosts = [...before.hosts, ...(detail === undefined ? [] : [placeOf(detail.tier, detail.host)])];
  const details = [...before.details, ...(detail === undefined ? [] : [detail])].slice(0, mostDetails);
  const about = request && aboutRequest(request);
  return { kind: "firing", title: titleOf(given, hosts), hosts, details, ...(about && { about }), as_of: asOf };
};

/** Whether it is told now. */
const tellOnce = async (env: UndeliverableEnv, given: Given): Promise<Either<Failure, boolean>> => {
  const { advisory, detail } = given;
  const rule = builtInRule("undeliverable", env.rules);
  const key = detail === undefined ? `s${advisory.stream_seq}-${advisory.consumer}` : `s${advisory.stream_seq}`;
  const last = await lastFired(env, rule, key)();
  if (isLeft(last)) return last;
  const { hosts = [], details = [] } = last.right?.alert ?? {};
  const isTold = detail === undefined ? last.right !== undefined : hosts.includes(placeOf(detail.tier, detail.host));
  if (isTold) return right(true);
  const fired = await fire(env, rule, { key, last: last.right, draft: draftOf(given, { hosts, details }) })();
  return map((seq: number | undefined) => seq !== undefined)(fired);
};

const mostTries = 10;

const tell = async (env: UndeliverableEnv, given: Given): Promise<Either<Failure, boolean>> => {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const told = await tellOnce(env, given);
    if (isLeft(told) || told.right) return told;
  }
  return right(false);
};

const againMs = 5_000;

/** Settles the delivery. Never rejects. */
export const onAdvisory =
  (env: UndeliverableEnv) =>
  async ({ seq, body, ack, later }: Delivery): Promise<void> => {
    const advisory = readAdvisory(body);
    if (isLeft(advisory)) {
      env.logger.warn({ seq }, `what stands where advisories do is none, and passed over: ${advisory.left}`);
      return ack();
    }
    const given = await givenOf(env, advisory.right);
    const told = isLeft(given) ? given : await tell(env, given.right);
    if (isRight(told) && told.right) return ack();
    later(againMs);
  };
