/**
 * The live question who is there. Answers are core messages, so a missing one proves nothing: the log's roster says who
 * exists, an answer only what a host is doing.
 */
import { randomUUID } from "node:crypto";
import { isLeft } from "fp-ts/lib/Either.js";
import { HostInfo } from "../../lib/contract/host-info.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { Live } from "../../lib/router/ports.ts";

export interface Question {
  readonly answers: ReadonlyMap<HostName, HostInfo>;
  /** Resolves when all of these have answered, or at the deadline. */
  readonly until: (expected: readonly HostName[]) => Promise<void>;
  readonly stop: () => void;
}

const parse = (body: string): HostInfo | undefined => {
  try {
    const info = HostInfo.lenient(JSON.parse(body));
    return isLeft(info) ? undefined : info.right;
  } catch {
    return undefined;
  }
};

export interface Asking {
  readonly deadlineMs: number;
  /** What listeners answer on. */
  readonly subject: string;
}

/** Asks at once; the deadline runs from then on. What is no answer is ignored. */
export const ask = (live: Live, { deadlineMs, subject }: Asking): Question => {
  const answers = new Map<HostName, HostInfo>();
  let heard = () => {};
  const replyTo = `deploy.responses.${randomUUID()}`;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  const asking = live.subscribe(replyTo, ({ body }) => {
    const info = parse(body);
    if (info !== undefined) answers.set(info.hostname, info);
    heard();
  });
  // Whoever cannot ask gets no answers, and that is all that it means here.
  const stopping = asking.then(
    (unsubscribe) => {
      live.publish(subject, JSON.stringify({ reply_to: replyTo }));
      return unsubscribe;
    },
    () => () => {},
  );
  const until = async (expected: readonly HostName[]): Promise<void> => {
    const all = new Promise<void>((resolve) => {
      heard = () => {
        if (expected.every((host) => answers.has(host))) resolve();
      };
      heard();
    });
    await Promise.race([all, late]);
  };
  const stop = () => {
    clearTimeout(timer);
    void stopping.then((unsubscribe) => unsubscribe());
  };
  return { answers, until, stop };
};
