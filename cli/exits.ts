/** The exit codes of `hd` that are not those of a failure; the failure table has the others. */
export const exits = { done: 0, failed: 1, usage: 2, differences: 3, stillWaiting: 7, interrupted: 130 } as const;
