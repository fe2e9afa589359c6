/**
 * An alert as programs get it, in docs/alerts-sinks.md. The same at every try, byte for byte: a receiver that remembers what it had
 * by its id may refuse another body with the same id.
 */
import type { Outgoing } from "../router/alerting.ts";
import { linesOf } from "./message-text.ts";

export const alertDocument = ({ id, seq, alert, message }: Outgoing) => ({
  type: `alert.${alert.kind}`,
  timestamp: alert.at,
  data: {
    ...{ apiVersion: "hd/v1", kind: "Alert", id, sequence: seq },
    ...{ title: message.title, text: linesOf(message).join("\n"), command: message.command },
    alert,
  },
});
