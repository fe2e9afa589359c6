/** Keeps every sentence that is told to a person, so that a test can wait for one. */
import type { Logger } from "../../lib/router/ports.ts";
import { eventually } from "./collector.ts";

export interface Recorder {
  readonly sentences: readonly string[];
  readonly notice: (sentence: string) => void;
  readonly logger: Logger;
  /** The first sentence that has these words. */
  readonly heard: (words: string) => Promise<string>;
}

export const recorder = (): Recorder => {
  const sentences: string[] = [];
  const notice = (sentence: string): void => void sentences.push(sentence);
  const line = (_fields: object, sentence: string): void => notice(sentence);
  return {
    sentences,
    notice,
    logger: { debug: line, info: line, warn: line, error: line },
    heard: (words) => eventually(`"${words}" is told`, async () => sentences.find((one) => one.includes(words))),
  };
};
