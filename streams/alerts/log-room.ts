/**
 * Tells once that the log is nearly full, once that it is full, and once when it has room again. What was told is the newest
 * alert of each rule, which is read before the log is asked.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { AlertRules, BuiltInRule } from "../../lib/contract/alert-rules.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import { instant } from "../../lib/contract/values.ts";
import type { AlerterBus } from "../../lib/router/alerting.ts";
import { type Room, roomOf } from "../room.ts";
import { builtInRule } from "./built-in.ts";
import { type Draft, type FireEnv, fire, lastFired } from "./fire.ts";

export interface RoomEnv extends FireEnv {
  readonly bus: Pick<AlerterBus, "log" | "logStream">;
  readonly rules: AlertRules;
}

type RoomRule = Exclude<BuiltInRule, "undeliverable">;

const key = "log";

const remedy = "Raise its bound: hd streams apply --update --max-bytes SIZE.";

const percent = ({ share }: Room): string => `${Math.floor(share * 100)} %`;

const fullAt = ({ fullAtMs }: Room): string =>
  fullAtMs === undefined ? "" : `, full about ${instant(fullAtMs).slice(0, 10)} at this rate`;

const firing: Readonly<Record<RoomRule, (room: Room) => string>> = {
  "log-filling": (room) => `the log is ${percent(room)} full${fullAt(room)}; a full log takes no request. ${remedy}`,
  "log-full": () => `the log is full: it takes no request and no answer any more. ${remedy}`,
};

const resolved: Readonly<Record<RoomRule, (room: Room) => string>> = {
  "log-filling": (room) => `the log has room again: it is ${percent(room)} full`,
  "log-full": (room) => `the log takes records again: it is ${percent(room)} full`,
};

const isSo: Readonly<Record<RoomRule, (room: Room) => boolean>> = {
  "log-filling": ({ state }) => state !== "free",
  "log-full": ({ state }) => state === "full",
};

const roomNow = async ({
  bus,
  now,
}: RoomEnv): Promise<Either<Failure, { readonly room: Room; readonly asOf: number }>> => {
  const stream = await bus.logStream()();
  if (isLeft(stream)) return stream;
  const end = await bus.log.end()();
  return isLeft(end) ? end : right({ room: roomOf(stream.right, now()), asOf: end.right });
};

/** One that is refused was told by another alerter, and the next tick looks again. */
const tell = async (env: RoomEnv, name: RoomRule): Promise<Either<Failure, unknown>> => {
  const rule = builtInRule(name, env.rules);
  const last = await lastFired(env, rule, key)();
  if (isLeft(last)) return last;
  const found = await roomNow(env);
  if (isLeft(found)) return found;
  const { room, asOf } = found.right;
  const kind: Draft["kind"] = isSo[name](room) ? "firing" : "resolved";
  if (kind === (last.right?.alert.kind ?? "resolved")) return right(undefined);
  const title = (kind === "firing" ? firing : resolved)[name](room);
  return fire(env, rule, { key, last: last.right, draft: { kind, title, hosts: [], details: [], as_of: asOf } })();
};

export const tellRoom = async (env: RoomEnv): Promise<Either<Failure, void>> => {
  for (const name of ["log-filling", "log-full"] as const) {
    const told = await tell(env, name);
    if (isLeft(told)) return told;
  }
  return right(undefined);
};
