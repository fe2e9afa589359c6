/** The version of this program: the bundle has it built in; the sources read it where it is written. */
import { readFileSync } from "node:fs";

declare const __HD_VERSION__: string | undefined;

const fromPackage = (): string => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return String(version);
};

export const version = (): string => (typeof __HD_VERSION__ === "string" ? __HD_VERSION__ : fromPackage());
