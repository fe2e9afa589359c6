/**
 * An export as the source of a rehearsal. It is read line by line, and more than once, so it has to be a file. One that was cut
 * short is refused: nobody could tell what the rest would have come to.
 */
import { type FileHandle, open } from "node:fs/promises";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../../lib/contract/cause-of.ts";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { type ExportLine, readExportLine } from "../../streams/export-file.ts";
import type { Entry, Source } from "../../streams/rehearsal-source.ts";

/** At each line feed and nowhere else: in a body other ends of a line may stand as they are. */
async function* linesOf(file: FileHandle): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of file.createReadStream({ encoding: "utf8", autoClose: false, start: 0 })) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

const refused = (path: string, why: string): Failure => failure("invalid_request", `${path} ${why}.`);

const noExport = "is no export of hd: its first line does not say so. Make one with `hd export`";

const cutShort = (last: number): string =>
  `was cut short after record ${last}: its end is missing. Export it again, or copy it again`;

type Visit = (entry: Entry) => Promise<void>;

/** Visits what is between the first line and the last; the sequence of the last record when the end is missing. */
const readRecords = async (lines: AsyncGenerator<string>, visit: Visit): Promise<number | undefined> => {
  let [number, last] = [1, 0];
  for await (const text of lines) {
    number += 1;
    const line = readExportLine(text);
    if (line.kind === "end") return undefined;
    if (line.kind === "record") last = line.stored.seq;
    if (line.kind === "record") await visit(line);
    else await visit({ kind: "broken", place: `line ${number}`, reason: brokenBy(line) });
  }
  return last;
};

const brokenBy = (line: Exclude<ExportLine, { kind: "record" }>): string =>
  line.kind === "broken" ? line.reason : "an export begins within the export";

const readLines = async (file: FileHandle, path: string, visit: Visit): Promise<Either<Failure, void>> => {
  const lines = linesOf(file);
  const head = await lines.next();
  if (head.done === true || readExportLine(head.value).kind !== "export") return left(refused(path, noExport));
  const last = await readRecords(lines, visit);
  return last === undefined ? right(undefined) : left(refused(path, cutShort(last)));
};

export const fileSource =
  (path: string): Source =>
  async (visit) => {
    let file: FileHandle | undefined;
    try {
      file = await open(path, "r");
      if (!(await file.stat()).isFile()) return left(refused(path, "is not a file"));
      return await readLines(file, path, visit);
    } catch (thrown) {
      return left(refused(path, `cannot be read: ${causeOf(thrown)}`));
    } finally {
      await file?.close();
    }
  };
