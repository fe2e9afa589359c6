/** The names that a misspelt one may have meant, closest first. Pure. */
import { distance } from "../contract/distance.ts";

/** Remotes can hold very many tags; the newest names are usually among the first branches, so a bound loses little. */
const comparedNames = 5000;

/** The nearest first, at most `count`. */
export const nearest = (wanted: string, names: readonly string[], count: number): readonly string[] =>
  [...new Set(names)]
    .slice(0, comparedNames)
    .map((name) => ({ name, apart: distance(wanted.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.apart - b.apart || a.name.localeCompare(b.name))
    .slice(0, count)
    .map(({ name }) => name);
