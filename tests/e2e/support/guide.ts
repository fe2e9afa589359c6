/**
 * What a guide says one should type and see: the commands of its `console` blocks, in order, each with the output that follows.
 * What differs from run to run is compared by its kind only, and a line `…` stands for any number of lines.
 */

export interface Step {
  readonly command: string;
  readonly output: readonly string[];
}

const blocks = (page: string, language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text.trimEnd());

const stepsIn = (block: string): readonly Step[] =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = "", ...output] = part.trimEnd().split("\n");
      return { command, output };
    });

/** The first block of a language, such as a file to write. */
export const fileIn = (page: string, language: string): string => `${blocks(page, language)[0] ?? ""}\n`;

export const stepsOf = (page: string): readonly Step[] => blocks(page, "console").flatMap(stepsIn);

/** The words of a command, without a shell: quotes group, and nothing else has a meaning. */
export const wordsOf = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");

const kinds: readonly (readonly [RegExp, string])[] = [
  [/\b\d\d:\d\d:\d\dZ\b/g, "<time>"],
  [/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, "<id>"],
  [/\bU[A-Z2-7]{55}\b/g, "<key>"],
  [/\b[0-9a-f]{7}\b/g, "<commit>"],
  [/\b(?:now|\d+ (?:s|min|h) ago)\b/g, "<ago>"],
  [/\b\d+(?:\.\d+)?(?:ms|s|m)(?: \d+s)?\b/g, "<duration>"],
  [/\bas generation \d+/g, "as generation <n>"],
  [/\bnats-server \d+\.\d+\.\d+/g, "nats-server <version>"],
  [/ \(simulated\)|\*/g, ""],
  [/\S*nats\/context\//g, "<contexts>/"],
  [/(<commit>) \d+/g, "$1 <n>"],
];

/** Columns may be wider or narrower; a blank line and the notice of a stand-in are no part of what is compared. */
const plainly = (line: string): string =>
  kinds.reduce((text, [kind, word]) => text.replace(kind, word), line.replace(/\s+/g, " ").trim()).replace(/ +/g, " ");

const told = (lines: readonly string[]): readonly string[] =>
  lines
    .filter((line) => !line.includes("a stand-in took the place of Nix"))
    .map(plainly)
    .filter((line) => line !== "");

const fitsLine = (expected: string, line: string): boolean => {
  const parts = expected.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(line);
};

/** The first line of `expected` that has no line in `actual`, in order; `undefined` when all is as told. */
export const missing = (expected: readonly string[], actual: readonly string[]): string | undefined => {
  const lines = told(actual);
  let [at, isOpen] = [0, false];
  for (const want of told(expected)) {
    if (want === "…") {
      isOpen = true;
      continue;
    }
    const found = lines.findIndex((line, index) => index >= at && fitsLine(want, line));
    if (found < 0 || (!isOpen && found !== at)) return want;
    [at, isOpen] = [found + 1, false];
  }
  return isOpen || at === lines.length ? undefined : `the end, where there is: ${lines[at]}`;
};
