/** Asks a person at the terminal. Where input or output is none, nobody is asked: what is piped in is no person's word. */
import { createInterface } from "node:readline/promises";

/** `undefined`: there is no terminal, or the person left. */
export const askPerson = async (question: string): Promise<string | undefined> => {
  const { stdin, stderr } = process;
  if (stdin.isTTY !== true || stderr.isTTY !== true) return undefined;
  const lines = createInterface({ input: stdin, output: stderr });
  const left = new Promise<undefined>((resolve) => lines.once("close", () => resolve(undefined)));
  lines.once("SIGINT", () => lines.close());
  try {
    return await Promise.race([lines.question(question), left]);
  } finally {
    lines.close();
  }
};
