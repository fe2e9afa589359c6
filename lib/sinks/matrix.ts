/**
 * A message in a Matrix room. Its transaction is made of the alert's id, so that a server that had it once shows it once. All
 * text is escaped, and `m.mentions` is empty, so that no text can call anybody.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Outgoing } from "../router/alerting.ts";
import { textOf } from "./message-text.ts";
import { bearer, post } from "./post.ts";
import { secretIn } from "./secret.ts";
import { deadlineOf, type SenderOf } from "./sink-env.ts";

const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");

const matrixMessage = (outgoing: Outgoing) => {
  const { title } = outgoing.message;
  const text = textOf(outgoing, { canTell: true });
  return {
    msgtype: "m.text",
    body: `${title}\n${text}`,
    format: "org.matrix.custom.html",
    formatted_body: `<strong>${escaped(title)}</strong><pre><code>${escaped(text)}</code></pre>`,
    "m.mentions": {},
  };
};

const addressOf = (url: string, room: string, id: string): string =>
  `${url.replace(/\/+$/, "")}/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${encodeURIComponent(id)}`;

export const matrixSender: SenderOf<"matrix"> =
  ({ url, room, tokenFile }, sinkEnv) =>
  async (outgoing) => {
    const token = await secretIn("The token file", tokenFile, sinkEnv.env);
    if (isLeft(token)) return { outcome: "failed", message: token.left };
    const body = JSON.stringify(matrixMessage(outgoing));
    const to = { method: "PUT", url: addressOf(url, room, outgoing.id) } as const;
    return post({ ...to, body, deadlineMs: deadlineOf(sinkEnv), ...bearer(token.right) });
  };
