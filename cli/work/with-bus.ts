/** Lends a command a connection and closes it whatever happens, so that none keeps the process alive. */
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { CliEnv, Connection } from "../env.ts";

/** How a command ends: with an exit code of its own, or in a failure that has one. */
export type Ended = Either<Failure, number>;

interface Closable {
  readonly close: () => Promise<void>;
}

export const lend = async <C extends Closable, A = number>(
  connect: TaskEither<Failure, C>,
  use: (connection: C) => Promise<Either<Failure, A>>,
): Promise<Either<Failure, A>> => {
  const connected = await connect();
  if (isLeft(connected)) return connected;
  try {
    return await use(connected.right);
  } finally {
    await connected.right.close();
  }
};

export const withBus = (
  { connect }: Pick<CliEnv, "connect">,
  connection: Connection,
  use: (bus: Bus) => Promise<Ended>,
): Promise<Ended> => lend(connect(connection), use);
