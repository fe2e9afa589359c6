/** Tasks that were started and not waited for, so that whoever ends can wait for all of them. None of them may reject. */
export interface InHand {
  readonly add: (task: Promise<void>) => void;
  /** Resolves when every task that was added so far has ended. */
  readonly settled: () => Promise<void>;
}

export const inHand = (): InHand => {
  const tasks = new Set<Promise<void>>();
  return {
    add: (task) => {
      tasks.add(task);
      void task.finally(() => tasks.delete(task));
    },
    settled: async () => {
      await Promise.all(tasks);
    },
  };
};
