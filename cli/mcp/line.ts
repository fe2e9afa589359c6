/** Lines of an answer's text. What others wrote stays on its line, so that none of it looks like another row. */
import { withoutSeeds } from "../../lib/contract/scrub.ts";

const flat = (value: unknown): string => withoutSeeds(String([value].flat().join(","))).replace(/\s*\n\s*/g, " / ");

/** `name value`, for each that there is. */
export const named = (fields: object): readonly string[] =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${flat(value)}`);

export const row = (...parts: readonly (string | readonly string[])[]): string =>
  parts
    .flat()
    .filter((part) => part !== "")
    .map(flat)
    .join(" | ");

/** `name: value`, a line each. */
export const listed = (fields: object): readonly string[] =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${flat(value)}`);

export const placed = (tier: string | undefined, host: string): string =>
  tier === undefined ? host : `${tier}/${host}`;
