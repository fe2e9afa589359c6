/** A random moment of a deployment: so many changes of its host's files after it was asked for, and some microseconds more. */
import { moment } from "../../e2e/support/moments.ts";
import type { Fleet, HostOfFleet } from "../../support/fleet.ts";
import type { Stage } from "./fault.ts";
import type { Random } from "./random.ts";

/** A deployment makes fewer; what comes later comes after its end. */
const mostChanges = 45;
const mostMicroseconds = 3_000;

/** Not asleep: a timer would be rounded to a millisecond. */
const spin = (microseconds: number): void => {
  for (const endMs = performance.now() + microseconds / 1_000; performance.now() < endMs; );
};

/** Asks for a deployment, and comes back at a random moment of it or at its end. */
export const askUntilMoment = async (
  stage: Stage,
  fleet: Fleet,
  host: HostOfFleet,
  random: Random,
  body: object,
): Promise<number> => {
  const { reached, close } = moment(fleet.root(host), random.integer(1, mostChanges));
  const seq = await stage.ask(fleet, host, body);
  await Promise.race([reached, fleet.ended(seq, host)]);
  close();
  spin(random.integer(0, mostMicroseconds));
  return seq;
};
