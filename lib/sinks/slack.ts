/**
 * An incoming webhook as Slack has them, and Mattermost and others after it. The blocks hold plain text only, in which nothing
 * is markup; `text`, for those that show no blocks and for notifications, is markup and therefore escaped.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Outgoing } from "../router/alerting.ts";
import { textOf } from "./message-text.ts";
import { post } from "./post.ts";
import { secretIn } from "./secret.ts";
import { deadlineOf, type SenderOf } from "./sink-env.ts";

/** Of a header and of a section, in characters. A text may be longer at Slack, and nowhere else. */
const [headerLength, sectionLength, textLength] = [150, 3_000, 2_000];

const cut = (text: string, maxLength: number): string => {
  const characters = [...text];
  return characters.length <= maxLength ? text : `${characters.slice(0, maxLength - 1).join("")}…`;
};

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Others than Slack find a word that calls a whole channel together in any text. */
const unheard = (text: string): string => text.replace(/@(?=(?:here|channel|all|everyone)\b)/gi, "@\u200b");

/** As Slack asks for it, cut between characters and never within an entity. */
const escaped = (text: string, maxLength: number): string => {
  let all = "";
  for (const character of unheard(text)) {
    const shown = entities[character] ?? character;
    if (all.length + shown.length >= maxLength) return `${all}…`;
    all += shown;
  }
  return all;
};

const plainText = (text: string) => ({ type: "plain_text", text, emoji: false });

const slackMessage = (outgoing: Outgoing) => {
  const { title } = outgoing.message;
  const text = textOf(outgoing, { canTell: false });
  return {
    text: escaped(`${title}\n${text}`, textLength),
    blocks: [
      { type: "header", text: plainText(cut(title, headerLength)) },
      { type: "section", text: plainText(cut(text, sectionLength)) },
    ],
  };
};

export const slackSender: SenderOf<"slack"> =
  ({ urlFile }, sinkEnv) =>
  async (outgoing) => {
    const url = await secretIn("The URL file", urlFile, sinkEnv.env);
    if (isLeft(url)) return { outcome: "failed", message: url.left };
    const body = JSON.stringify(slackMessage(outgoing));
    return post({ url: url.right, body, secrets: [url.right], deadlineMs: deadlineOf(sinkEnv) });
  };
