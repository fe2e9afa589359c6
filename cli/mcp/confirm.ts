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

/** `timeoutMs`: how long the person has, within the call. */
export const confirmBy =
  (server: ServerOf, { sendRequest, signal }: Pick<Extra, "sendRequest" | "signal">, timeoutMs: number) =>
  async (message: string, phrase: string): Promise<Confirmation> => {
    const able = server.getClientCapabilities()?.elicitation;
    if (able === undefined || (able.form === undefined && able.url !== undefined)) return "unsupported";
    const params = { mode: "form" as const, message, requestedSchema: form(phrase) };
    try {
      const { action, content } = await sendRequest({ method: "elicitation/create", params }, ElicitResultSchema, {
        ...{ timeout: timeoutMs, signal },
      });
      return action === "accept" && content?.["confirm"] === phrase ? "accepted" : "declined";
    } catch {
      return "unsupported";
    }
  };
