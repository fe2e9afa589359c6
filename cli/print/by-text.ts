/** Compares as characters are numbered: the names here are ASCII, and a collator for languages costs a start 5 ms. */
export const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
