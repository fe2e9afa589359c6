/** A connection that is made when it is first needed, and again at the next need if there was none to be had. */
import { type Either, isLeft, map, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { Connection } from "../env.ts";
import type { Identity } from "./tool.ts";

export interface Link {
  readonly identity: TaskEither<Failure, Identity>;
  readonly close: () => Promise<void>;
}

export const linkTo = (connection: Connection, connect: (connection: Connection) => TaskEither<Failure, Bus>): Link => {
  let tried: Promise<Either<Failure, Bus>> | undefined;
  const bus = async (): Promise<Either<Failure, Bus>> => {
    const mine = tried ?? connect(connection)();
    tried = mine;
    const found = await mine;
    if (isLeft(found) && tried === mine) tried = undefined;
    return found;
  };
  return {
    identity: async () => map((found: Bus) => ({ requester: connection.requester, bus: found }))(await bus()),
    close: async () => {
      const found = (await tried) ?? right(undefined);
      if (!isLeft(found)) await found.right?.close();
    },
  };
};
