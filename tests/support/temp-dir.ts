/** A folder of the test's own under the system's temporary one, removed when the test file ends, however it ends. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const tempDir = (name: string): string => {
  const dir = mkdtempSync(join(tmpdir(), `hd-${name}-`));
  process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
  return dir;
};
