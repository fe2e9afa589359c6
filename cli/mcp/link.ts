/** A connection that is made when it is first needed, and again at the next need if there was none to be had. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../../lib/contract/failure.ts";
import { advised } from "../connection/advice.ts";
import type { CliEnv, Connection } from "../env.ts";
import type { Identity } from "./tool.ts";

export interface Link {
  readonly identity: TaskEither<Failure, Identity>;
  readonly close: () => Promise<void>;
}

export const linkTo = (
  cli: Pick<CliEnv, "connect" | "contexts">,
  connection: TaskEither<Failure, Connection>,
): Link => {
  let tried: Promise<Either<Failure, Identity>> | undefined;
  const connect = async (): Promise<Either<Failure, Identity>> => {
    const made = await connection();
    if (isLeft(made)) return made;
    const { requester } = made.right;
    const bus = await cli.connect(made.right)();
    return isLeft(bus) ? left(await advised(cli, made.right, bus.left)) : right({ requester, bus: bus.right });
  };
  const identity = async (): Promise<Either<Failure, Identity>> => {
    const mine = tried ?? connect();
    tried = mine;
    const found = await mine;
    if (isLeft(found) && tried === mine) tried = undefined;
    return found;
  };
  const close = async (): Promise<void> => {
    const found = await tried;
    if (found !== undefined && !isLeft(found)) await found.right.bus.close();
  };
  return { identity, close };
};
