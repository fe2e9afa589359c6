/** How long a whole process takes, from its start to its end, in milliseconds. Throws when it does not end well. */
import { spawn } from "node:child_process";

export const processTime = (argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> =>
  new Promise((resolve, reject) => {
    const [file = "", ...args] = argv;
    const startMs = performance.now();
    const child = spawn(file, args, { stdio: "ignore", env });
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve(performance.now() - startMs);
      else reject(new Error(`${argv.join(" ")} ended with ${code}`));
    });
  });

/** The limit of every start: Node with nothing to do. */
export const emptyNode = (): Promise<number> => processTime([process.execPath, "-e", "0"]);
