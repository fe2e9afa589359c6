/** The names that a misspelt one may have meant, closest first. Pure. */

/** Remotes can hold very many tags; the newest names are usually among the first branches, so a bound loses little. */
const comparedNames = 5000;

/** Characters to insert, delete or replace to make one word of the other (Levenshtein). */
const distance = (a: string, b: string): number => {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (letter === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above.at(-1) ?? 0;
};

export const nearest = (wanted: string, names: readonly string[], count: number): readonly string[] =>
  [...new Set(names)]
    .slice(0, comparedNames)
    .map((name) => ({ name, apart: distance(wanted.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.apart - b.apart || a.name.localeCompare(b.name))
    .slice(0, count)
    .map(({ name }) => name);
