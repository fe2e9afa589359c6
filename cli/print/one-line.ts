/**
 * Text of others on one line, as it looks: where somebody decides by what is printed, a line feed in a reason could pass for a line
 * of ours, and a character that turns the direction of writing could hide what stands there.
 */
import { plain } from "../../lib/contract/plain.ts";

export const oneLine = (text: string, maxLength: number): string =>
  plain(
    text
      .replaceAll(/\p{Cf}/gu, "\ufffd")
      .replaceAll(/\s+/gu, " ")
      .trim(),
    maxLength,
  );
