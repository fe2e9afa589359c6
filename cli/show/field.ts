/** A line with a name and a value; what is not known has none. */
export const field = (name: string, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [`  ${name.padEnd(10)}  ${value}`];
