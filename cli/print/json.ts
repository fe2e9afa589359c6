/** Documents for programs, all in one envelope. The shape of a kind only grows. */
import type { Output } from "../env.ts";

export const documentOf = (kind: string, content: object): string =>
  `${JSON.stringify({ apiVersion: "hd/v1", kind, ...content }, null, 2)}\n`;

export const line = (content: object): string => `${JSON.stringify(content)}\n`;

/** Every key is always there: what is not known is null, not missing. */
export const whole = (content: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(content).map(([key, value]) => [key, value ?? null]));

interface ListDocument {
  readonly kind: string;
  /** Name of the list in the one document. */
  readonly key: string;
  readonly items: readonly object[];
  /** What there is to say of the list itself. */
  readonly more?: object;
}

/** `ndjson`: a line for each item, and the result last, so that a reader knows that it has all. */
export const writeList = (
  stdout: Output,
  form: "json" | "ndjson",
  { kind, key, items, more = {} }: ListDocument,
): void => {
  const text =
    form === "json"
      ? documentOf(kind, { [key]: items, ...more })
      : [
          ...items.map((item) => line({ type: "item", ...item })),
          line({ type: "result", apiVersion: "hd/v1", kind, count: items.length, ...more }),
        ].join("");
  stdout.write(text);
};
