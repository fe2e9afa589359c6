/**
 * Why apt failed, in its own words but without addresses: those name the machine's mirror, which is nobody's business and
 * may carry credentials, and the line is printed and copied into bug reports.
 */
import type { Ran } from "../nix/process.ts";

const longest = 300;

const hostOf = (uri: string): string => /^[^:]*:\/\/(?:[^/@]*@)?([^/:]+)/.exec(uri)?.[1] ?? "";

const withoutAddresses = (text: string, uri: string): string => {
  const plain = text.replace(/\b[a-z][a-z0-9+.-]*:\/+\S+/gi, "<mirror>").replace(/\b\d+(?:\.\d+){3}\b/g, "<address>");
  return hostOf(uri) === "" ? plain : plain.replaceAll(hostOf(uri), "<mirror>");
};

/** `uri` is the archive's; what is said of another host's name (a proxy's) keeps it. */
export const aptComplaint = (ran: Ran, uri: string): string => {
  if (ran.notStarted !== null) return ran.notStarted;
  if (ran.timedOut) return "apt did not end in time";
  const lines = `${ran.stdout}\n${ran.stderr}`.split("\n").filter((line) => /^[EW]: (?!Some index files)/.test(line));
  const said = lines.map((line) => line.slice("E: ".length).trim()).join("; ");
  return withoutAddresses(said === "" ? `apt ended with ${ran.code ?? ran.signal}` : said, uri).slice(0, longest);
};
