/**
 * A wait that can be cut short. A nudge that comes while nobody waits is kept, so that none is lost between looking and
 * waiting.
 */

export interface Nudge {
  readonly give: () => void;
  /** Resolves at the next nudge, or after `timeoutMs`; true: it was a nudge. */
  readonly wait: (timeoutMs: number) => Promise<boolean>;
}

export const nudge = (): Nudge => {
  let kept = false;
  let wake: (() => void) | undefined;
  const give = () => {
    kept = true;
    wake?.();
  };
  const wait = async (timeoutMs: number): Promise<boolean> => {
    if (!kept) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const nudged = kept;
    kept = false;
    return nudged;
  };
  return { give, wait };
};
