/**
 * `hd job`: how a listener starts one deployment in a process of its own. Nobody else calls it, so no help shows it, and it
 * takes its words as the listener writes them: a parser would be loaded for each deployment.
 */
import { read } from "../lib/contract/codec.ts";
import { RequestId } from "../lib/contract/values.ts";
import { exits } from "./exits.ts";

export interface JobCall {
  readonly id: RequestId;
  readonly stateDir: string;
}

/** Left out: other words than a listener's. */
const callIn = ([word, option, stateDir, ...more]: readonly string[]): JobCall | undefined => {
  const id = read(RequestId, word);
  const isAsWritten = option === "--state-dir" && stateDir !== undefined && stateDir !== "" && more.length === 0;
  return id === undefined || !isAsWritten ? undefined : { id, stateDir };
};

/** To an exit code. `words` are those behind `job`. */
export const job = async (
  words: readonly string[],
  run: (call: JobCall) => Promise<number>,
  stderr: (text: string) => void,
): Promise<number> => {
  const called = callIn(words);
  if (called !== undefined) return run(called);
  stderr("error: hd itself calls hd job, as: hd job ID --state-dir FOLDER\n");
  return exits.usage;
};
