/** Sends requests for builds, and says how it is with builders: before anything is sent whether there can be one at all. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { shortBuild } from "../../lib/contract/build-address.ts";
import { failures } from "../../lib/contract/failure.ts";
import type { Bus } from "../../lib/router/ports.ts";
import { type BuilderSeen, seeBuilder } from "../../streams/build-place.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { printError } from "../print/error.ts";
import { line } from "../print/json.ts";
import { revisionText } from "../print/revision.ts";
import type { Ended } from "../work/with-bus.ts";
import { buildRequestDocument } from "./document.ts";
import { type AskedBuild, sendBuilds } from "./send.ts";
import { builderText, buildWaits } from "./waiting-text.ts";
import { buildTarget, type WatchedBuild } from "./watched.ts";

export interface Asking {
  readonly form: OutputForm;
  readonly expiresMs: number;
  /** Nobody is going to watch. */
  readonly detach: boolean;
}

export const noPlace =
  "the log keeps no place for builders, so no builder would ever read it. Make the place with: hd streams apply --builder";

/** Told here: what the connection adds to a failure with this code is about servers that cannot be reached. */
const refuseWithoutPlace = (cli: CliEnv, form: OutputForm): Ended => {
  printError(cli, form !== "table", { code: "unreachable", messages: [`Nothing was sent: ${noPlace}`] });
  return right(failures.unreachable.exit);
};

const preface = (asked: readonly AskedBuild[], { requester }: Connection): string => {
  const [first] = asked;
  const what = asked.map(({ address }) => shortBuild(address)).join(", ");
  return `building ${revisionText(first?.order.revision ?? "")} of ${what}, as ${requester}\n`;
};

const announce = ({ stdout, stderr }: CliEnv, form: OutputForm, sent: readonly WatchedBuild[]): void => {
  for (const watched of sent) {
    const { id, seq } = watched.request;
    if (form === "ndjson") stdout.write(line({ type: "request", ...buildRequestDocument(watched) }));
    if (form === "table") stderr.write(`request ${id} for ${buildTarget(watched)} is in the log, at ${seq}\n`);
  }
};

/** Said once the requests are in the log: until then nothing waits there. */
const told = ({ stderr, now }: CliEnv, seen: BuilderSeen | undefined, { form, expiresMs }: Asking): void => {
  const text = form === "table" ? builderText(seen) : undefined;
  if (text !== undefined) stderr.write(`${text}: ${buildWaits(now() + expiresMs, now())}\n`);
};

/** Left: how the command ends. */
export const askBuilds = async (
  cli: CliEnv,
  connection: Connection,
  bus: Bus,
  asked: readonly AskedBuild[],
  asking: Asking,
): Promise<Either<Ended, readonly WatchedBuild[]>> => {
  const { requester, repeated } = connection;
  const { form, detach } = asking;
  const seen = await seeBuilder(bus);
  if (seen?.kind === "no place") return left(refuseWithoutPlace(cli, form));
  if (form === "table") cli.stderr.write(preface(asked, connection));
  const sent = await sendBuilds(
    { log: bus.log, requester, repeated, live: detach ? undefined : bus.live, seen },
    asked,
  );
  if (isLeft(sent)) return left(sent);
  if (!detach) announce(cli, form, sent.right);
  told(cli, seen, asking);
  return sent;
};
