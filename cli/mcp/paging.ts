/**
 * Lists that fit an answer: so many from an offset on, and no more than there is room for, whatever stands in them. What is
 * left is told with the offset that gives it.
 */
import { integer } from "../../lib/contract/codec.ts";
import { defaulted, optional, required } from "../../lib/contract/struct.ts";

/** In bytes, for structure and text each: with what stands around the list it is what answer.ts lets through. */
export const room = 10_000;

/** As it is sent. */
export const bytesOf = (text: string): number => Buffer.byteLength(text);

const Offset = integer("Offset", 0, 1_000_000);

/** The arguments of a tool that answers with a page. */
export const pageArgs = (usual: number, most: number) => ({
  limit: defaulted(integer("Limit", 1, most), usual, "at most so many; an answer that is full holds fewer"),
  offset: defaulted(Offset, 0, "how many to pass over: next_offset of the page before"),
});

/** What is told of a page beside its rows. */
export const pageFields = {
  total: required(integer("Total", 0, Number.MAX_SAFE_INTEGER), "how many there are in all that match"),
  next_offset: optional(Offset, "offset of the next page; left out: this is the last"),
};

export interface Page<A> {
  readonly rows: readonly A[];
  readonly total: number;
  readonly next_offset?: number;
}

/** What a row takes of the room, as it is sent. */
export const sizeOf = <A>(row: A, textOf: (row: A) => string): number =>
  Math.max(bytesOf(JSON.stringify(row)), bytesOf(textOf(row))) + 1;

/** The first that fit into so much; none, if that is none. */
export const fittingIn = <A>(rows: readonly A[], textOf: (row: A) => string, most: number): readonly A[] => {
  let [size, count] = [0, 0];
  for (const row of rows) {
    size += sizeOf(row, textOf);
    if (size > most) break;
    count += 1;
  }
  return rows.slice(0, count);
};

/** The first that fit, by the size of each as it is sent; always one. */
export const fitting = <A>(rows: readonly A[], textOf: (row: A) => string): readonly A[] => {
  const some = fittingIn(rows, textOf, room);
  return some.length === 0 ? rows.slice(0, 1) : some;
};

/** Of rows that were cut out already, from an offset on. */
export const pageOfSlice = <A>(
  slice: readonly A[],
  { total, offset }: { readonly total: number; readonly offset: number },
  textOf: (row: A) => string,
): Page<A> => {
  const rows = fitting(slice, textOf);
  const next = offset + rows.length;
  return { rows, total, ...(rows.length > 0 && next < total ? { next_offset: next } : {}) };
};

export const pageOf = <A>(
  all: readonly A[],
  { limit, offset }: { readonly limit: number; readonly offset: number },
  textOf: (row: A) => string,
): Page<A> => pageOfSlice(all.slice(offset, offset + limit), { total: all.length, offset }, textOf);

/** Below a list, for people and for a model that reads only text. */
export const pageText = (name: string, { total, next_offset }: Omit<Page<unknown>, "rows">, shown: number): string => {
  const more = next_offset === undefined ? "" : `; next: ${name} with "offset": ${next_offset}`;
  return `${shown} of ${total}${more}`;
};
