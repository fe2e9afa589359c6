/**
 * Measures ours and the limit in turns, each going first every other time, so that a machine that gets slower or busier
 * half-way does so for both.
 */
import type { Measurement } from "./row.ts";

export interface Turns {
  readonly warmUps: number;
  readonly rounds: number;
  /** Each takes one sample. */
  readonly ours: () => Promise<number>;
  readonly limit: () => Promise<number>;
}

/** Of an even number, the mean of the middle two. */
export const median = (samples: readonly number[]): number => {
  const sorted = samples.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = low] = sorted.slice(
    Math.ceil(sorted.length / 2) - 1,
    Math.floor(sorted.length / 2) + 1,
  );
  return (low + high) / 2;
};

export const alternate = async ({ warmUps, rounds, ours, limit }: Turns): Promise<Measurement> => {
  const [oursSamples, limitSamples]: [number[], number[]] = [[], []];
  for (let n = -warmUps; n < rounds; n++) {
    const oursFirst = n % 2 === 0 ? await ours() : undefined;
    const limitSample = await limit();
    const oursSample = oursFirst ?? (await ours());
    if (n < 0) continue;
    oursSamples.push(oursSample);
    limitSamples.push(limitSample);
  }
  return { ours: median(oursSamples), limit: median(limitSamples) };
};
