/** A revision as a person reads it: of a whole commit the first digits, as git shows it. */
import { read } from "../../lib/contract/codec.ts";
import { Commit } from "../../lib/contract/values.ts";

export const revisionText = (revision: string): string =>
  read(Commit, revision) === undefined ? revision : revision.slice(0, 7);
