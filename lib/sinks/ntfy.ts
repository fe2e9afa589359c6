/**
 * ntfy, published as JSON: headers would have to be encoded, and no text can be taken for markup there
 * (https://docs.ntfy.sh/publish/#publish-as-json). An alert has one `sequence_id`, so that servers from 2.16 on show a repetition in
 * place of the first; older ones show it twice.
 */
import { createHash } from "node:crypto";
import { isLeft } from "fp-ts/lib/Either.js";
import type { Alert } from "../contract/alert.ts";
import type { Outgoing } from "../router/alerting.ts";
import { cutBytes, textOf } from "./message-text.ts";
import { bearer, post } from "./post.ts";
import { maybeSecretIn } from "./secret.ts";
import { deadlineOf, type SenderOf } from "./sink-env.ts";

/** What is longer becomes a file that is attached. */
const messageBytes = 4_000;

const priorities = { info: 3, warning: 4, critical: 5 } as const;
const tags = { info: "information_source", warning: "warning", critical: "rotating_light" } as const;

const lookOf = ({ kind, severity }: Alert) =>
  kind === "resolved"
    ? { priority: priorities.info, tags: ["white_check_mark"] }
    : { priority: priorities[severity], tags: [tags[severity]] };

/** An id has other characters than are allowed here. */
const sequenceId = (id: string): string => createHash("sha256").update(id).digest("hex").slice(0, 32);

const ntfyMessage = (topic: string, outgoing: Outgoing) => ({
  topic,
  title: outgoing.message.title,
  message: cutBytes(textOf(outgoing, { canTell: false }), messageBytes),
  ...lookOf(outgoing.alert),
  sequence_id: sequenceId(outgoing.id),
});

/** JSON goes to the server itself, and names the topic. */
const placeOf = (address: string) => {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const parts = url?.pathname.split("/").filter((part) => part !== "") ?? [];
  const topic = parts.at(-1);
  if (url === undefined || topic === undefined) return undefined;
  return { url: new URL(`/${parts.slice(0, -1).join("/")}`, url).href, topic };
};

export const ntfySender: SenderOf<"ntfy"> =
  ({ url: address, tokenFile }, sinkEnv) =>
  async (outgoing) => {
    const place = placeOf(address);
    if (place === undefined) return { outcome: "failed", message: "The sink's address names no topic of ntfy." };
    const token = await maybeSecretIn("The token file", tokenFile, sinkEnv.env);
    if (isLeft(token)) return { outcome: "failed", message: token.left };
    const { headers, secrets = [] } = bearer(token.right);
    const body = JSON.stringify(ntfyMessage(place.topic, outgoing));
    const rest = { body, secrets: [...secrets, place.topic], deadlineMs: deadlineOf(sinkEnv) };
    return post({ url: place.url, ...(headers && { headers }), ...rest });
  };
