/** What the file system says, as failures that name the file. */
import { type Failure, failure } from "../contract/failure.ts";

const sentences: Readonly<Record<string, string>> = {
  EACCES: "this user may not",
  EPERM: "this user may not",
  EROFS: "it is on a disk that can only be read",
  ENOSPC: "the disk is full",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
  ENOENT: "its folder does not exist",
  EEXIST: "it is there already",
};

export const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);

export const isMissing = (thrown: unknown): boolean => codeOf(thrown) === "ENOENT";

export const notDone = (act: "read" | "written", path: string, thrown: unknown): Failure<"invalid_request"> => {
  const code = codeOf(thrown);
  return failure("invalid_request", `${path} cannot be ${act}: ${sentences[code] ?? code}.`);
};
