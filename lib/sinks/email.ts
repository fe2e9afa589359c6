/**
 * E-mail over SMTP. nodemailer is the one library of the sinks, and is loaded by the first that needs it. It encodes what goes
 * into a header; nothing here is read from files or addresses that a text names. A password goes over TLS only, and to a
 * server whose certificate is good, unless that is this machine, where mail servers have certificates of their own making.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { NodemailerError } from "nodemailer";
import type { Sink } from "../contract/alert-rules.ts";
import { causeOf } from "../contract/cause-of.ts";
import { scrub } from "../contract/scrub.ts";
import type { Delivered, Outgoing } from "../router/alerting.ts";
import { textOf } from "./message-text.ts";
import { maybeSecretIn } from "./secret.ts";
import { deadlineOf, type SenderOf } from "./sink-env.ts";

type EmailSink = Extract<Sink, { readonly type: "email" }>;

const ports = { "smtp:": 25, "smtps:": 465 } as const;
const loopback: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * The same at every try, and never again: mail is kept for longer than the stream remembers an id. What follows the @ is where
 * the sender is at home.
 */
const messageId = ({ id, alert }: Outgoing, from: string): string => {
  const domain = /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? "localhost";
  return `<${id.replace(/[^A-Za-z0-9_-]/g, ".")}.${Date.parse(alert.at)}@${domain}>`;
};

const emailMessage = ({ from, to }: Pick<EmailSink, "from" | "to">, outgoing: Outgoing) => ({
  from,
  to: [...to],
  subject: outgoing.message.title,
  text: `${textOf(outgoing, { canTell: false })}\n`,
  messageId: messageId(outgoing, from),
  headers: { "Auto-Submitted": "auto-generated" },
  ...(outgoing.alert.severity === "critical" && outgoing.alert.kind === "firing" && { priority: "high" as const }),
  disableFileAccess: true,
  disableUrlAccess: true,
});

const transportOf = ({ server, user }: EmailSink, password: string | undefined) => {
  const { protocol, hostname, port } = new URL(server);
  const isHere = loopback.includes(hostname);
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? ports[protocol === "smtps:" ? "smtps:" : "smtp:"] : Number(port),
    secure: protocol === "smtps:",
    requireTLS: user !== undefined && !isHere,
    tls: { rejectUnauthorized: !isHere },
    ...(user !== undefined && { auth: { user, pass: password ?? "" } }),
    ...{ connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 15_000 },
  };
};

/** Ends a try before the message is on its way. */
const early: readonly unknown[] = ["EDNS", "ETLS", "EAUTH", "ENOAUTH", "EENVELOPE", "ECONFIG"];

/** Refused is what the server will not take whoever it is for; a login or a recipient can be mended. */
const failed = (server: string, error: unknown): Delivered => {
  const { code, permanent, command }: NodemailerError = error instanceof Error ? error : new Error();
  const message = `${new URL(server).host} did not take the message: ${scrub(causeOf(error))}`;
  if (code === "EMESSAGE" && permanent === true) return { outcome: "refused", message };
  return {
    outcome: "failed",
    message,
    perhaps: permanent === undefined && command !== "CONN" && !early.includes(code),
  };
};

export const emailSender: SenderOf<"email"> = (sink, sinkEnv) => async (outgoing) => {
  const password = await maybeSecretIn("The password file", sink.passwordFile, sinkEnv.env);
  if (isLeft(password)) return { outcome: "failed", message: password.left };
  const { createTransport } = await import("nodemailer");
  const transport = createTransport(transportOf(sink, password.right));
  try {
    const signal = AbortSignal.timeout(deadlineOf(sinkEnv));
    const { rejected } = await transport.sendMail({ ...emailMessage(sink, outgoing), signal });
    if (rejected.length === 0) return { outcome: "sent" };
    return { outcome: "sent", message: `The server refused ${rejected.length} of ${sink.to.length} recipients.` };
  } catch (error) {
    return failed(sink.server, error);
  } finally {
    transport.close();
  }
};
