/** Breaks text into lines at its spaces; a word that is longer than a line stays whole, so that it can be copied. */
const add = (lines: readonly string[], word: string, width: number): readonly string[] => {
  const last = lines.at(-1) ?? "";
  const joined = last === "" ? word : `${last} ${word}`;
  return last !== "" && joined.length > width ? [...lines, word] : [...lines.slice(0, -1), joined];
};

export const wrap = (text: string, width: number): readonly string[] =>
  text
    .split("\n")
    .flatMap((paragraph) =>
      paragraph.split(" ").reduce((lines: readonly string[], word) => add(lines, word, width), [""]),
    );
