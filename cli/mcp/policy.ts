/**
 * What becomes of a deployment that an assistant asks for: it goes, a person is asked, it is stored as a wish, or it is refused.
 * Pure, and the only place that decides it. A person's word comes from the client's form alone: no argument of a tool gets here.
 */
import type { Tier } from "../../lib/contract/names.ts";
import type { Confirmation } from "./tool.ts";

export interface Question {
  /** Of every address and of every host that is meant. */
  readonly tiers: readonly Tier[];
  /** Where no person has to say anything. */
  readonly unconfirmed: readonly Tier[];
  /** Whether the tool's key is for the other tiers, too. */
  readonly sendsEverywhere: boolean;
  /** There is a tool whose key is. */
  readonly isOther: boolean;
  /** The commit of everything is known, so that a word can be about it. */
  readonly isBound: boolean;
  /** A person declined the same shortly before. */
  readonly isDenied: boolean;
}

export type Decision =
  | { readonly kind: "go" | "ask" | "store" }
  /** `elsewhere`: by the other tool. */
  | { readonly kind: "refuse"; readonly why: "elsewhere" | "denied" | "declined" };

/** The tiers that need a person's word. */
export const outside = ({ tiers, unconfirmed }: Pick<Question, "tiers" | "unconfirmed">): readonly Tier[] =>
  [...new Set(tiers)].filter((tier) => !unconfirmed.includes(tier));

/** Where no tier is known, nothing is taken for harmless. */
export const needsWord = (about: Pick<Question, "tiers" | "unconfirmed">): boolean =>
  about.tiers.length === 0 || outside(about).length > 0;

const byAnswer: Readonly<Record<Confirmation, Decision>> = {
  accepted: { kind: "go" },
  declined: { kind: "refuse", why: "declined" },
  unsupported: { kind: "store" },
};

/** `answer`: what the person said, once they were asked. */
export const decide = (question: Question, answer?: Confirmation): Decision => {
  const { sendsEverywhere, isOther, isBound, isDenied } = question;
  if (!needsWord(question)) return { kind: "go" };
  if (isDenied) return { kind: "refuse", why: "denied" };
  if (!sendsEverywhere) return isOther ? { kind: "refuse", why: "elsewhere" } : { kind: "store" };
  if (!isBound) return { kind: "store" };
  return answer === undefined ? { kind: "ask" } : byAnswer[answer];
};
