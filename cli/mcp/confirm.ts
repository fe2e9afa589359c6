/**
 * Asks the person at the client, where the client can: a form in which a phrase has to be typed. A model fills in no form, so
 * there is no argument that stands for it. Whoever declines, or types something else, has declined; a person that is not
 * there has not.
 */
import { ElicitResultSchema } from "@modelcontextprotocol/sdk/types.js";
import type { Extra, ServerOf } from "./sdk.ts";
import type { Confirmation } from "./tool.ts";

const form = (phrase: string) => ({
  type: "object" as const,
  required: ["confirm"],
  properties: {
    confirm: { type: "string" as const, title: `Type: ${phrase}`, description: `Type "${phrase}" to go on` },
  },
});

const hasForms = (server: ServerOf): boolean => {
  const able = server.getClientCapabilities()?.elicitation;
  return able !== undefined && (able.form !== undefined || able.url === undefined);
};

/** `withinMs`: how long the person has, so that there is time left to store what they did not say a word about. */
export const confirmBy =
  (server: ServerOf, { sendRequest, signal }: Pick<Extra, "sendRequest" | "signal">) =>
  async (message: string, phrase: string, withinMs: number): Promise<Confirmation> => {
    if (!hasForms(server) || withinMs <= 0) return "unsupported";
    const params = { mode: "form" as const, message, requestedSchema: form(phrase) };
    try {
      const { action, content } = await sendRequest({ method: "elicitation/create", params }, ElicitResultSchema, {
        ...{ timeout: withinMs, signal },
      });
      return action === "accept" && content?.["confirm"] === phrase ? "accepted" : "declined";
    } catch {
      return "unsupported";
    }
  };
