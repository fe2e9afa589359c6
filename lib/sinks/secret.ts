/**
 * A secret of a sink, read from its file whenever it is used, so that it can be changed without a restart. What it holds goes
 * into one header or one login and nowhere else.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Environment } from "../contract/alias.ts";
import { type FileKind, ownFile } from "../files/own-file.ts";

/** `what` begins a sentence: `The token file`. Left: why there is none, as a sentence. */
export const secretIn = async (what: string, path: string, env: Environment): Promise<Either<string, string>> => {
  const kind: FileKind = {
    what,
    instead: "Name the file that holds the sink's secret, and nothing else.",
    secret: true,
  };
  const read = await ownFile(kind, path, env)();
  if (isLeft(read)) return left(read.left.message);
  const secret = read.right.trim();
  if (secret === "") return left(`${what} ${path} is empty.`);
  return /\p{Cc}/u.test(secret) ? left(`${what} ${path} holds more than one line.`) : right(secret);
};

/** Right, `undefined`: the sink has none. */
export const maybeSecretIn = async (
  what: string,
  path: string | undefined,
  env: Environment,
): Promise<Either<string, string | undefined>> => (path === undefined ? right(undefined) : secretIn(what, path, env));
