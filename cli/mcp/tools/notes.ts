/** What is missing from an answer, said beside it. */
import { list, prose } from "../../../lib/contract/codec.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { required } from "../../../lib/contract/struct.ts";

const noteLength = 1_000;

export const notesField = required(list(prose("Note", noteLength), 10), "what is missing from the answer, and why");

export const noteTaker = () => {
  const notes: string[] = [];
  return { notes, say: (note: string): void => void notes.push(plain(note, noteLength)) };
};
