/** Findings while they are gathered: of each kind a count, the sequences, and the first few as examples. */
import { plain } from "../../lib/contract/plain.ts";
import type { Example, Finding } from "../finding.ts";
import { type SequenceRanges, sequenceRanges, shownRanges } from "../sequence-ranges.ts";

export interface Kind {
  readonly code: string;
  readonly isLoss: boolean;
  /** `count`: as `1 record` or `12 records`; `where`: their sequences. */
  readonly message: (count: number, where: string) => string;
}

export interface Gatherer {
  /** In ascending order; what is told of one sequence twice counts once. */
  readonly add: (kind: Kind, from: number, example?: () => Omit<Example, "seq">, to?: number) => void;
  /** In the order of `kinds`. */
  readonly findings: (kinds: readonly Kind[]) => readonly Finding[];
}

const mostExamples = 10;
const longest = 300;

interface Found {
  readonly ranges: { readonly add: (from: number, to?: number) => void; readonly found: () => SequenceRanges };
  readonly examples: Example[];
  last: number;
}

export const gatherer = (): Gatherer => {
  const all = new Map<Kind, Found>();
  const foundOf = (kind: Kind): Found => {
    const known = all.get(kind) ?? { ranges: sequenceRanges(), examples: [], last: 0 };
    all.set(kind, known);
    return known;
  };
  return {
    add: (kind, from, example, to = from) => {
      const found = foundOf(kind);
      if (from !== found.last) found.ranges.add(from, to);
      found.last = from;
      // What others wrote is repeated here.
      if (example === undefined || found.examples.length >= mostExamples) return;
      const made = example();
      found.examples.push({ ...made, seq: from, text: plain(made.text, longest).replaceAll(/\s+/g, " ") });
    },
    findings: (kinds) =>
      kinds.flatMap((kind) => {
        const found = all.get(kind);
        if (found === undefined) return [];
        const ranges = found.ranges.found();
        const message = kind.message(ranges.count, shownRanges(ranges));
        return [{ ...ranges, code: kind.code, isLoss: kind.isLoss, message, examples: found.examples }];
      }),
  };
};
