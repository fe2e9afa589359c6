/** What was written for a fleet: new keys by their public half, files that are new or different, and what else to know. */
import { relative } from "node:path";
import type { Generated, WrittenFile } from "../../lib/fleet/generate.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import { writeList } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { table } from "../print/table.ts";

/** The shorter of the two names that a path has here. */
export const shortPath = (path: string): string => {
  const near = relative(process.cwd(), path);
  return near !== "" && near.length < path.length ? near : path;
};

const isWritten = ({ state }: WrittenFile): boolean => state !== "unchanged";

/** Whether anything is different now. */
export const isChanged = ({ files, keys }: Generated): boolean => keys.length > 0 || files.some(isWritten);

const forPeople = (cli: CliEnv, { files, keys }: Generated): string => {
  const paint = paintFor(cli.stdout, cli.env);
  const options = { paint, width: undefined };
  const made = keys.map(({ name, kind, role, publicKey }) => [name, kind, role, publicKey]);
  const written = files.filter(isWritten).map(({ path, state }) => [paint.green(state), shortPath(path)]);
  const parts = [
    made.length === 0 ? "" : table(["NAME", "KIND", "ROLE", "PUBLIC KEY"], made, options),
    written.length === 0 ? "" : table(["STATE", "FILE"], written, options),
  ];
  return parts.filter((part) => part !== "").join("\n");
};

const forPrograms = ({ files, keys, notes }: Generated): readonly object[] => [
  ...keys.map((key) => ({ what: "key", ...key })),
  ...files.map((file) => ({ what: "file", ...file })),
  ...notes.map((note) => ({ what: "note", note })),
];

export const writeGenerated = (cli: CliEnv, form: OutputForm, generated: Generated): void => {
  if (form !== "table") {
    writeList(cli.stdout, form, { kind: "FleetFiles", key: "written", items: forPrograms(generated) });
    return;
  }
  cli.stdout.write(forPeople(cli, generated));
  for (const note of generated.notes) cli.stderr.write(`${note}\n`);
};
