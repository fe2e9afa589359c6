/** An object without what is not known, for whoever reads every key that is there. */

type Known<T> = {
  readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

export const known = <const T extends object>(value: T): Known<T> =>
  // Only keys that may be missing are left out.
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Known<T>;
