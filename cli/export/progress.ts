/** How far an export or an import is, for whoever looks at a terminal: redrawn in place, and nothing of it remains. */
import type { Output } from "../env.ts";

export const progressOn = ({ isTTY, write }: Output) => ({
  show: (seq: number, last: number): void => {
    if (isTTY) write(`\r\u001b[Krecord ${seq} of ${last}`);
  },
  clear: (): void => {
    if (isTTY) write("\r\u001b[K");
  },
});
