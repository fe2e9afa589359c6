/** What a thrown value says of itself. Anything can be thrown, so this is total: it must not throw while a throw is reported. */
import { plain } from "./plain.ts";

const maxLength = 500;

export const causeOf = (thrown: unknown): string => {
  try {
    return plain(String(thrown instanceof Error ? thrown.message : thrown), maxLength);
  } catch {
    return "something that has no text";
  }
};
