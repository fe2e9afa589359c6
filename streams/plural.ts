/** A count with what is counted: `1 record`, `2 records`. */
export const plural = (count: number, what = "record"): string => `${count} ${what}${count === 1 ? "" : "s"}`;
