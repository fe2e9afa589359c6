/**
 * A health check by an HTTP address: healthy is the status, of the first answer and without its body, so an answer that never
 * ends takes no longer than its first line. A redirect is an answer like any other. What is told of the address is its
 * origin: user, path and query may be secrets.
 */
import type { ClientRequest } from "node:http";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { reasonOf } from "../contract/network-reason.ts";
import { seconds } from "./limit.ts";
import { within } from "./within.ts";

type Answer = Either<string, number>;

/** Resolves with the status; a protocol that the other side changes to is a status, too. */
const statusOf = (request: ClientRequest): Promise<Answer> =>
  new Promise((resolve) => {
    request.once("response", ({ statusCode }) => resolve(right(statusCode ?? 0)));
    request.once("upgrade", ({ statusCode }, socket) => {
      socket.destroy();
      resolve(right(statusCode ?? 0));
    });
    request.on("error", (error) => resolve(left(reasonOf(error))));
    request.end();
  });

/**
 * No agent: a connection that is kept would outlive the check. Node's own modules are loaded by the first check that needs
 * them: they are the largest part of what each job, and a listener for months, would otherwise carry for nothing.
 */
const open = async (url: URL): Promise<ClientRequest> => {
  const { request } = await (url.protocol === "https:" ? import("node:https") : import("node:http"));
  return request(url, { agent: false, headers: { "user-agent": "hd", connection: "close" } });
};

const judge = (origin: string, status: number, expected: number | undefined): Either<string, void> => {
  const healthy = expected === undefined ? status >= 200 && status <= 299 : status === expected;
  if (healthy) return right(undefined);
  return left(`${origin} answered with status ${status} instead of ${expected ?? "200 to 299"}`);
};

const ask = async (url: URL, expected: number | undefined, timeoutMs: number): Promise<Either<string, void>> => {
  const request = await open(url);
  try {
    const answer = await within(statusOf(request), timeoutMs);
    if (answer === undefined) return left(`${url.origin} did not answer within ${seconds(timeoutMs)}`);
    if (answer._tag === "Left") return left(`${url.origin} did not answer: ${answer.left}`);
    return judge(url.origin, answer.right, expected);
  } finally {
    request.destroy();
  }
};

/** `expected`: the one healthy status; without it every 2xx is. */
export const probeHttp = async (
  address: string,
  expected: number | undefined,
  timeoutMs: number,
): Promise<Either<string, void>> => {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) return left("its address is no URL");
  try {
    return await ask(url, expected, timeoutMs);
  } catch (thrown) {
    // Node refuses some that are URLs all the same, such as a user with a broken escape.
    return left(`${url.origin} cannot be asked: ${reasonOf(thrown)}`);
  }
};
