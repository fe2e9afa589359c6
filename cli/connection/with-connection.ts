/** Makes a connection's settings of what a command was given, and lends them to it. Nothing is dialled here. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { type GivenConnection, reachedBy } from "./access.ts";
import { advised } from "./advice.ts";
import { contextInUse } from "./context-in-use.ts";
import { repeated } from "./repeated.ts";
import { requesterOf } from "./requester.ts";

/** Notices are for logs: a live picture says by itself when it is not current, and programs get documents. */
const noticeTo =
  ({ stderr }: CliEnv, form: OutputForm) =>
  (sentence: string) => {
    if (form === "table" && !stderr.isTTY) stderr.write(`${sentence}\n`);
  };

const sentence = (clause: string): Failure<"invalid_request"> =>
  failure("invalid_request", `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`);

export const connectionOf = async (
  cli: CliEnv,
  given: GivenConnection,
  form: OutputForm,
): Promise<Either<Failure, Connection>> => {
  const { access, context, as } = given;
  const inUse = await contextInUse(cli, context, access.servers === undefined);
  if (isLeft(inUse)) return inUse;
  const reached = reachedBy(access, inUse.right);
  if (isLeft(reached)) return left(sentence(reached.left));
  const requester = requesterOf(as, reached.right, cli.loginName());
  if (isLeft(requester)) return left(sentence(requester.left));
  const { servers, credentials, tls, origins, passedOver } = reached.right;
  return right({
    ...{ servers, credentials, tls, passedOver },
    requester: requester.right.value,
    origins: { ...origins, requester: requester.right.from },
    repeated: repeated(given),
    notice: noticeTo(cli, form),
  });
};

export const withConnection = async (
  cli: CliEnv,
  given: GivenConnection,
  form: OutputForm,
  use: (connection: Connection) => Promise<Ended>,
): Promise<Ended> => {
  const connection = await connectionOf(cli, given, form);
  if (isLeft(connection)) return connection;
  const ended = await use(connection.right);
  return isLeft(ended) ? left(await advised(cli, connection.right, ended.left)) : ended;
};
