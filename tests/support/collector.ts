/**
 * Gathers what arrives, so that a test awaits an event instead of a time. A wait has a deadline, which only a broken program
 * reaches.
 */
const deadlineMs = 60_000;

export interface Collector<A> {
  readonly all: readonly A[];
  readonly add: (one: A) => void;
  /** The next one that nobody has taken yet, in the order of arrival. */
  readonly next: () => Promise<A>;
}

export const collector = <A>(what: string): Collector<A> => {
  const all: A[] = [];
  const untaken: A[] = [];
  let wake = (): void => undefined;
  const arrival = (endMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${what} arrived`)), endMs - performance.now());
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return {
    all,
    add: (one) => {
      all.push(one);
      untaken.push(one);
      wake();
    },
    next: async () => {
      const endMs = performance.now() + deadlineMs;
      for (;;) {
        const [one] = untaken.splice(0, 1);
        if (one !== undefined) return one;
        await arrival(endMs);
      }
    },
  };
};

/** Looks until it sees something, for states that no event announces. */
export const eventually = async <A>(
  what: string,
  look: () => Promise<A | undefined>,
  withinMs: number = deadlineMs,
): Promise<A> => {
  for (const endMs = performance.now() + withinMs; performance.now() < endMs; ) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never: ${what}`);
};
