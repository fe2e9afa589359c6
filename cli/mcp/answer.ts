/**
 * Answers of tools as MCP has them. Some clients show a model only the text, others only what is structured, and of an error
 * only the text: so each holds everything by itself.
 */
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { bytesOf } from "./paging.ts";
import type { ToolFailure } from "./tool.ts";

/**
 * Clients refuse more than 8,000 tokens, and a model reads no more: text and structure together. In bytes, because a character
 * of a script that takes three is a token by itself.
 */
const mostBytes = 24_000;

const textOf = (text: string) => [{ type: "text" as const, text }];

export const refusal = ({ code, message, hint, known }: ToolFailure): CallToolResult => ({
  isError: true,
  content: textOf(JSON.stringify({ error: { code, message, hint, known } })),
});

/** Without what is undefined, as it goes over the wire. */
const asSent = (output: object): Record<string, unknown> => JSON.parse(JSON.stringify(output));

export const answer = (output: object, text: string): CallToolResult => {
  const structured = asSent(output);
  if (bytesOf(JSON.stringify(structured)) + bytesOf(text) <= mostBytes)
    return { content: textOf(text), structuredContent: structured };
  return refusal({
    code: "invalid_request",
    message: `The answer is larger than ${mostBytes} bytes.`,
    hint: "Ask for less: a smaller limit, or a narrower filter.",
  });
};
