/**
 * The contexts of the `nats` tool on this machine: one JSON file each, and a file with the name of the selected one, where
 * natscontext/backend_file.go of github.com/nats-io/jsm.go keeps them. They are read and never written here.
 */
import { readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Environment } from "../contract/alias.ts";
import { read } from "../contract/codec.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { ContextName, decodeContext, type NatsContext } from "../contract/nats-context.ts";
import { plain } from "../contract/plain.ts";
import { type FileKind, ownFile } from "../files/own-file.ts";

const home = (env: Environment): string => env["HOME"] || homedir();

/** `$XDG_CONFIG_HOME/nats`, or `~/.config/nats`. */
const folderOf = (env: Environment): string => join(env["XDG_CONFIG_HOME"] || join(home(env), ".config"), "nats");

/** What others may read: a context that holds a secret is asked about its mode when the secret is read, see `loginOf`. */
const kind: FileKind = {
  what: "The context file",
  instead: "See `nats context ls` for those there are.",
  secret: false,
};

const wrong = (file: string, reasons: readonly string[]): Failure =>
  failure(
    "invalid_request",
    plain(
      `The context file ${file} cannot be used: ${reasons.join("; ")}. Correct it, or choose another context.`,
      2_000,
    ),
  );

/** Whatever else is wrong with it, reading it tells. */
const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT" && error.code !== "ENOTDIR",
  );

const decoded = (file: string, text: string, env: Environment): Either<readonly string[], NatsContext> => {
  try {
    return decodeContext(file, JSON.parse(text), { home: home(env), env });
  } catch {
    // What the parser says quotes the text, which may hold a secret.
    return left(["it is not JSON"]);
  }
};

/** The name of the selected one; `undefined`: none is selected. */
export const selectedContext =
  (env: Environment): TaskEither<Failure, ContextName | undefined> =>
  async () => {
    const file = join(folderOf(env), "context.txt");
    // Nobody has to use contexts.
    if (!(await isThere(file))) return right(undefined);
    const text = await ownFile(kind, file)();
    if (isLeft(text)) return text;
    const name = text.right.trim();
    if (name === "") return right(undefined);
    const known = read(ContextName, name);
    return known === undefined ? left(wrong(file, [`it must be ${ContextName.sentence}`])) : right(known);
  };

/** Those there are, sorted. A folder that is not there or may not be read has none: this is for hints. */
export const contextNames = async (env: Environment): Promise<readonly ContextName[]> => {
  const files = await readdir(join(folderOf(env), "context")).catch((): string[] => []);
  return files
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => read(ContextName, file.slice(0, -".json".length)) ?? [])
    .sort();
};

export const natsContext =
  (env: Environment, name: ContextName): TaskEither<Failure, NatsContext> =>
  async () => {
    const file = join(folderOf(env), "context", `${name}.json`);
    const text = await ownFile(kind, file)();
    if (isLeft(text)) return left(failure("invalid_request", text.left.message));
    const context = decoded(file, text.right, env);
    return isLeft(context) ? left(wrong(file, context.left)) : context;
  };
