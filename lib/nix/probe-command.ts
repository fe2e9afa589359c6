/** A health check by a command: healthy is exit code 0. */
import { type Either, left, mapLeft } from "fp-ts/lib/Either.js";
import { foreignCommand } from "./foreign-command.ts";
import type { Environment } from "./git.ts";

export const probeCommand = async (
  command: readonly string[],
  env: Environment,
  timeoutMs: number,
): Promise<Either<string, void>> => {
  const [program, ...args] = command;
  if (program === undefined) return left("its command is empty");
  return mapLeft(({ why }: { readonly why: string }) => why)(
    await foreignCommand([program, ...args], env, { timeoutMs }),
  );
};
