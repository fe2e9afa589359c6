/** What a person has to know of a deployment that ended, beside its result: a line for each, none where all is plain. */
import type { HostName } from "../../lib/contract/names.ts";
import type { ResponseRecord } from "../../streams/records.ts";
import { names } from "../print/names.ts";

export const notesOn = (host: HostName, { status, event }: ResponseRecord): readonly string[] => {
  const { failed_units: units = [], reboot_needed: parts = [], override } = event;
  return [
    ...(status === "completed" && units.length > 0 ? [`units failed and were tolerated: ${names(units)}`] : []),
    ...(parts.length > 0 ? [`a reboot is needed: what is new in ${names(parts)} runs only after it`] : []),
    ...(override === true ? ["in spite of a freeze"] : []),
  ].map((note) => `${host}: ${note}`);
};
