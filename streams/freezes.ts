/**
 * Which freezes the log knows of, for whoever is about to ask for a deployment: of each address the newest word counts. Only
 * the hosts decide what holds; this is read to tell a person beforehand, and proves nothing.
 */
import { type Either, isLeft, isRight, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type Address, requestFilter, shortAddress, tierOf } from "../lib/contract/address.ts";
import type { Failure } from "../lib/contract/failure.ts";
import type { Requester } from "../lib/contract/names.ts";
import type { LogReader } from "../lib/router/ports.ts";
import { type RequestRecord, readRecord } from "./records.ts";

type Log = Pick<LogReader, "last">;

export interface KnownFreeze {
  readonly address: Address;
  readonly by: Requester;
  readonly reason: string;
  /** `undefined`: until it is lifted. */
  readonly untilMs: number | undefined;
}

/** The newest request with this verb at an address. */
const newest = async (
  log: Log,
  address: Address,
  verb: "freeze" | "unfreeze",
): Promise<Either<Failure, RequestRecord | undefined>> => {
  const stored = await log.last(requestFilter(address, verb))();
  if (isLeft(stored)) return stored;
  const record = stored.right === undefined ? undefined : readRecord(stored.right);
  return right(record?.kind === "request" && record.verb === verb ? record : undefined);
};

const frozenBy = ({ address, requester, body }: RequestRecord, nowMs: number): KnownFreeze | undefined => {
  if (isLeft(body) || body.right.route !== "freeze") return undefined;
  const { reason, until } = body.right.input;
  const untilMs = until === undefined ? undefined : Date.parse(until);
  return untilMs !== undefined && untilMs <= nowMs ? undefined : { address, by: requester, reason, untilMs };
};

const freezeOf = async (
  log: Log,
  address: Address,
  nowMs: number,
): Promise<Either<Failure, KnownFreeze | undefined>> => {
  const [frozen, lifted] = await Promise.all([newest(log, address, "freeze"), newest(log, address, "unfreeze")]);
  if (isLeft(frozen)) return frozen;
  if (isLeft(lifted)) return lifted;
  const isLifted = (lifted.right?.seq ?? 0) > (frozen.right?.seq ?? 0);
  return right(frozen.right === undefined || isLifted ? undefined : frozenBy(frozen.right, nowMs));
};

/** Subjects that hold every freeze of addresses like these: mostly there is none, and then one look says so. */
const shapes = (addresses: readonly Address[]): readonly string[] => [
  ...new Set(
    addresses.map((address) => {
      const anyone = shortAddress(address).split("/").slice(1);
      return `hd.req.*.${[tierOf(address), ...anyone.map(() => "*")].join(".")}.freeze`;
    }),
  ),
];

const anyAt = async (log: Log, filter: string): Promise<Either<Failure, boolean>> => {
  const stored = await log.last(filter)();
  return isLeft(stored) ? stored : right(stored.right !== undefined);
};

const readFreezes = async (
  log: Log,
  addresses: readonly Address[],
  nowMs: number,
): Promise<Either<Failure, readonly KnownFreeze[]>> => {
  const looks = await Promise.all(shapes(addresses).map((shape) => anyAt(log, shape)));
  const failed = looks.find(isLeft);
  if (failed !== undefined) return failed;
  if (!looks.some((look) => isRight(look) && look.right)) return right([]);
  const found: KnownFreeze[] = [];
  for (const one of await Promise.all([...new Set(addresses)].map((address) => freezeOf(log, address, nowMs)))) {
    if (isLeft(one)) return one;
    if (one.right !== undefined) found.push(one.right);
  }
  return right(found);
};

/** What holds at these addresses as far as the log tells, each once. */
export const freezesAt =
  (log: Log, addresses: readonly Address[], nowMs: number): TaskEither<Failure, readonly KnownFreeze[]> =>
  () =>
    readFreezes(log, addresses, nowMs);
