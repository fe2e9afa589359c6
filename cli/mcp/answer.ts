/**
 * Answers of tools as MCP has them. Some clients show a model only the text, others only what is structured, and of an error
 * only the text: so each holds everything by itself.
 */
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { ToolFailure } from "./tool.ts";

/** Clients refuse more, and a model reads no more: 7,000 tokens of 4 characters, text and structure together. */
const mostCharacters = 28_000;

const textOf = (text: string) => [{ type: "text" as const, text }];

export const refusal = ({ code, message, hint, known }: ToolFailure): CallToolResult => ({
  isError: true,
  content: textOf(JSON.stringify({ error: { code, message, hint, known } })),
});

/** Without what is undefined, as it goes over the wire. */
const asSent = (output: object): Record<string, unknown> => JSON.parse(JSON.stringify(output));

export const answer = (output: object, text: string): CallToolResult => {
  const structured = asSent(output);
  if (JSON.stringify(structured).length + text.length <= mostCharacters)
    return { content: textOf(text), structuredContent: structured };
  return refusal({
    code: "invalid_request",
    message: `The answer is larger than ${mostCharacters} characters.`,
    hint: "Ask for less: a smaller limit, or a narrower filter.",
  });
};
