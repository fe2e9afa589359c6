/**
 * What an alerter does every some seconds: it looks at what is absent, and at how full the log is. A tick that fails is made up
 * for by the next one.
 */
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import type { AlertRules } from "../../lib/contract/alert-rules.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { AlerterBus } from "../../lib/router/alerting.ts";
import { isAbsenceRule, tellAbsences } from "./absences.ts";
import type { FireEnv } from "./fire.ts";
import { tellRoom } from "./log-room.ts";
import type { Roles } from "./roles.ts";
import { surveyor } from "./survey.ts";

export interface TickEnv extends FireEnv {
  readonly bus: Pick<AlerterBus, "log" | "logStream">;
  readonly rules: AlertRules;
  readonly roles: Roles;
  /**
   * How long hosts have, after this alerter has found the server, until one is called unseen: where the server was away, each
   * has to announce itself again.
   */
  readonly settleMs: number;
}

/** Calls must not overlap. */
export type Tick = () => Promise<Either<Failure, void>>;

export const ticker = (env: TickEnv): Tick => {
  const rules = env.rules.rules.filter(isAbsenceRule);
  const look = surveyor(env, new Set(rules.map(({ when }) => when.kind)));
  let foundAtMs: number | undefined;
  const isSettled = (): boolean => foundAtMs !== undefined && env.now() - foundAtMs >= env.settleMs;
  const tick: Tick = async () => {
    // Also without rules: the roles of hosts are known from here.
    const fleet =
      rules.length === 0 ? await env.roles.refresh() : await tellAbsences(env, rules, () => look(isSettled()));
    return isLeft(fleet) ? fleet : tellRoom(env);
  };
  return async () => {
    const ticked = await tick();
    foundAtMs = isLeft(ticked) ? undefined : (foundAtMs ?? env.now());
    return ticked;
  };
};
