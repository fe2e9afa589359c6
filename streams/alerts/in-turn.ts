/** Work on one thing, one after the other. Whatever becomes of one, the next has its turn. */
export const inTurn = () => {
  const lines = new Map<string, Promise<unknown>>();
  return <A>(key: string, work: () => Promise<A>): Promise<A> => {
    const done = (lines.get(key) ?? Promise.resolve()).then(work, work);
    lines.set(key, done);
    const leave = (): void => {
      if (lines.get(key) === done) lines.delete(key);
    };
    done.then(leave, leave);
    return done;
  };
};

export type InTurn = ReturnType<typeof inTurn>;
