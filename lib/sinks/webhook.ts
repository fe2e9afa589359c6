/**
 * A webhook, signed as the Standard Webhooks specification has it (https://www.standardwebhooks.com), for which receivers
 * have libraries: what is signed is `<id>.<seconds>.<body>`.
 */
import { createHmac } from "node:crypto";
import { isLeft } from "fp-ts/lib/Either.js";
import type { Delivered, Outgoing } from "../router/alerting.ts";
import { alertDocument } from "./alert-document.ts";
import { post } from "./post.ts";
import { maybeSecretIn } from "./secret.ts";
import { deadlineOf, type SenderOf } from "./sink-env.ts";

/** Base64 behind `whsec_`, as the specification writes secrets; any other text is the key itself. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret);

const signatureOf = (secret: string, signed: string): string =>
  `v1,${createHmac("sha256", keyOf(secret)).update(signed).digest("base64")}`;

const webhookHeaders = (id: string, seconds: number, body: string, secret: string | undefined) => ({
  ...{ "webhook-id": id, "webhook-timestamp": String(seconds), "idempotency-key": id },
  ...(secret === undefined ? {} : { "webhook-signature": signatureOf(secret, `${id}.${seconds}.${body}`) }),
});

export const webhookSender: SenderOf<"webhook"> = ({ url, secretFile }, sinkEnv) => {
  return async (outgoing: Outgoing): Promise<Delivered> => {
    const secret = await maybeSecretIn("The secret file", secretFile, sinkEnv.env);
    if (isLeft(secret)) return { outcome: "failed", message: secret.left };
    const body = JSON.stringify(alertDocument(outgoing));
    const headers = webhookHeaders(outgoing.id, Math.floor(sinkEnv.now() / 1_000), body, secret.right);
    const secrets = secret.right === undefined ? [] : [secret.right];
    return post({ url, headers, body, secrets, deadlineMs: deadlineOf(sinkEnv) });
  };
};
