/** A deadline, as people read it. */
export const seconds = (timeoutMs: number): string =>
  timeoutMs < 1000 ? `${Math.ceil(timeoutMs)} ms` : `${Math.round(timeoutMs / 100) / 10} s`;
