/** Chance that can be had again: the same seed gives the same moments, for each fault by its own name. */
import { createHash } from "node:crypto";

export interface Random {
  /** From `low` to `high`, both included. */
  readonly integer: (low: number, high: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <A>(values: readonly [A, ...A[]]) => A;
  /** A stream of its own, so that what runs beside it does not change it. */
  readonly fork: (name: string) => Random;
}

export const randomOf = (seed: string): Random => {
  let drawn = 0;
  const next = (): number => {
    drawn += 1;
    return createHash("sha256").update(`${seed} ${drawn}`).digest().readUInt32BE(0) / 2 ** 32;
  };
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    integer,
    chance: (share) => next() < share,
    pick: (values) => values[integer(0, values.length - 1)] ?? values[0],
    fork: (name) => randomOf(`${seed} ${name}`),
  };
};
