/**
 * One HTTP request of a sink, and what its answer means. It ends within 15 seconds whatever the other side does, follows no
 * redirect, and reads no more of an answer than a sentence. Of the address only the origin is told, because the rest may be
 * a secret, and what the other side says may repeat one.
 */
import { reasonOf } from "../contract/network-reason.ts";
import { plain } from "../contract/plain.ts";
import { scrub } from "../contract/scrub.ts";
import type { Delivered } from "../router/alerting.ts";
import { retryAfterMs } from "./retry-after.ts";

export interface Posting {
  readonly method?: "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whatever is in the headers and must not be told. */
  readonly secrets?: readonly string[];
  readonly deadlineMs: number;
}

const [answerBytes, answerLength] = [4_096, 200];

/** No connection came about, so nothing was said over it. */
const neverBegun: readonly unknown[] = [
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"],
  ...["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  ...["CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID"],
];

/** What an operator can mend: a token, an address, what is behind it. */
const mendable: readonly number[] = [401, 403, 404, 405, 407, 410, 421];

/** It may take the same a while later; 409: it is still at work on the first. */
const passing: readonly number[] = [408, 409, 425, 429];

const codeOf = (error: unknown): unknown => {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error && "code" in first ? first.code : undefined;
};

/** The beginning of an answer; nothing of one that breaks off. */
const beginningOf = async ({ body }: Response): Promise<string> => {
  let [text, bytes] = ["", 0];
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      bytes += chunk.length;
      if (bytes >= answerBytes) break;
    }
  } catch {
    return "";
  }
  return text;
};

const hidden = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((left, secret) => (secret.length < 4 ? left : left.replaceAll(secret, "***")), text);

const unanswered = (error: unknown, { origin }: URL, secrets: readonly string[], deadlineMs: number): Delivered => {
  if (error instanceof Error && error.name === "TimeoutError") {
    const message = `${origin} did not answer within ${deadlineMs / 1_000} s.`;
    return { outcome: "failed", message, perhaps: true };
  }
  const perhaps = !neverBegun.includes(codeOf(error));
  return { outcome: "failed", message: `${origin} did not answer: ${hidden(reasonOf(error), secrets)}.`, perhaps };
};

/** What it says, on one line and without secrets. */
const saidBy = async (response: Response, secrets: readonly string[]): Promise<string> => {
  const said = hidden(scrub(await beginningOf(response)), secrets)
    .replace(/\s+/g, " ")
    .trim();
  return said === "" ? "" : `: ${plain(said, answerLength)}`;
};

const meaning = async (response: Response, { origin }: URL, secrets: readonly string[]): Promise<Delivered> => {
  const { status, ok } = response;
  if (ok) {
    await response.body?.cancel().catch(() => undefined);
    return { outcome: "sent" };
  }
  const message = `${origin} answered with status ${status}${await saidBy(response, secrets)}`;
  if (status < 400)
    return { outcome: "failed", message: `${message} (redirects are not followed; name its address itself)` };
  if (status < 500 && ![...mendable, ...passing].includes(status)) return { outcome: "refused", message };
  const afterMs = retryAfterMs(response.headers.get("retry-after"), Date.now());
  // A server that broke may have done it before it broke.
  return { outcome: "failed", message, afterMs, perhaps: status >= 500 && status !== 503 };
};

/** Of an address that somebody wrote down, any part but the origin may be what keeps it from others. */
const partsOf = ({ href, pathname, search }: URL): readonly string[] => [href, `${pathname}${search}`, pathname];

const cannot = (message: string): Delivered => ({ outcome: "failed", message });

export const post = async (posting: Posting): Promise<Delivered> => {
  const { method = "POST", url, headers, body, secrets = [], deadlineMs } = posting;
  const to = URL.canParse(url) ? new URL(url) : undefined;
  if (to === undefined || !["http:", "https:"].includes(to.protocol))
    return cannot("The sink's address is no http URL.");
  if (to.username !== "" || to.password !== "") return cannot(`The address of ${to.origin} must name no user.`);
  const unsaid = [...secrets, ...partsOf(to)];
  try {
    const response = await fetch(to, {
      ...{ method, body, redirect: "manual", signal: AbortSignal.timeout(deadlineMs) },
      headers: { "content-type": "application/json", "user-agent": "hd", ...headers },
    });
    return await meaning(response, to, unsaid);
  } catch (error) {
    return unanswered(error, to, unsaid, deadlineMs);
  }
};

/** For a token in a file. */
export const bearer = (token: string | undefined): Pick<Posting, "headers" | "secrets"> =>
  token === undefined ? {} : { headers: { authorization: `Bearer ${token}` }, secrets: [token] };
