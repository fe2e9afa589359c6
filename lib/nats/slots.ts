/**
 * A bound on what is in hand at once. A slot is taken before a request is asked for, and comes back when the request is
 * settled, or when the log hands it over again because nobody settled it: one forgotten request must not block the host.
 */
export interface Slot {
  readonly giveBack: () => void;
  /** Gives it back by itself after this time, counted anew each time that it is said. */
  readonly expire: (afterMs: number) => void;
}

export interface Slots {
  /** Resolves when one is free, or to `undefined` once closed. */
  readonly take: () => Promise<Slot | undefined>;
  readonly close: () => void;
  /** How many are taken. */
  readonly taken: () => number;
}

export const slotsOf = (count: number): Slots => {
  const waiting: (() => void)[] = [];
  let free = count;
  let closed = false;

  const slot = (): Slot => {
    let timer: NodeJS.Timeout | undefined;
    let given = false;
    free -= 1;
    const giveBack = (): void => {
      clearTimeout(timer);
      if (given) return;
      given = true;
      free += 1;
      waiting.shift()?.();
    };
    const expire = (afterMs: number): void => {
      clearTimeout(timer);
      if (!given) timer = setTimeout(giveBack, afterMs).unref();
    };
    return { giveBack, expire };
  };

  return {
    take: async () => {
      while (free === 0 && !closed) await new Promise<void>((resolve) => waiting.push(resolve));
      return closed ? undefined : slot();
    },
    close: () => {
      closed = true;
      for (const wake of waiting.splice(0)) wake();
    },
    taken: () => count - free,
  };
};
