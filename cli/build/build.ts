/** `hd build`: checks everything before anything is sent, appends one request for each target, and watches them together. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import { type BuildAddress, shortBuild } from "../../lib/contract/build-address.ts";
import { type Failure, failures } from "../../lib/contract/failure.ts";
import type { HostName } from "../../lib/contract/names.ts";
import { build as route } from "../../lib/contract/routes/build.ts";
import { instant } from "../../lib/contract/values.ts";
import { checked } from "../../lib/router/call.ts";
import type { Bus } from "../../lib/router/ports.ts";
import { type BuilderSeen, seeBuilder } from "../../streams/build-place.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { printError } from "../print/error.ts";
import { line, writeList } from "../print/json.ts";
import { revisionText } from "../print/revision.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { buildRequestDocument } from "./document.ts";
import { type AskedBuild, sendBuilds } from "./send.ts";
import { buildsOf } from "./targets.ts";
import { builderText, buildWaits } from "./waiting-text.ts";
import { watchBuilds } from "./watch-builds.ts";
import { buildTarget, type WatchedBuild } from "./watched.ts";

export interface BuildArgs {
  readonly targets: readonly string[];
  readonly revision: string;
  readonly hosts: readonly HostName[];
  readonly reason: string | undefined;
  readonly expiresMs: number;
  readonly timeoutMs: number;
  readonly detach: boolean;
  readonly form: OutputForm;
}

const askedFor = (args: BuildArgs, nowMs: number): Either<Failure, readonly AskedBuild[]> => {
  const addresses = buildsOf(args.targets, args.hosts);
  if (isLeft(addresses)) return addresses;
  const { revision, hosts, reason, expiresMs } = args;
  const order = checked(route, {
    ...{ revision, expires_at: instant(nowMs + expiresMs) },
    ...(hosts.length === 0 ? {} : { hosts: [...new Set(hosts)] }),
    ...(reason === undefined ? {} : { reason }),
  });
  if (isLeft(order)) return order;
  return right(addresses.right.map((address: BuildAddress) => ({ address, order: order.right })));
};

/** Without a place for builders nothing would wait in the log, whenever one comes. */
export const refuseWithoutPlace = (cli: CliEnv, form: OutputForm, nothing = "Nothing was sent"): Ended => {
  const why = `${nothing}: the log keeps no place for builders, so no builder would ever read it.`;
  const hint = "Start one with: hd builder; the place is made by: hd streams apply --builder";
  printError(cli, form !== "table", { code: "unreachable", messages: [`${why} ${hint}`] });
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
const told = (cli: CliEnv, seen: BuilderSeen | undefined, { form, expiresMs }: BuildArgs): void => {
  const text = form === "table" ? builderText(seen) : undefined;
  const nowMs = cli.now();
  if (text !== undefined) cli.stderr.write(`${text}: ${buildWaits(nowMs + expiresMs, nowMs)}\n`);
};

const detached = ({ stdout, stderr }: CliEnv, form: OutputForm, sent: readonly WatchedBuild[]): Ended => {
  if (form === "table") {
    const ids = sent.map(({ request }) => request.id);
    stdout.write(ids.map((id) => `${id}\n`).join(""));
    stderr.write(
      `sent; the build goes on by itself. Watch it with: hd watch ${ids.join(" ")}${sent[0]?.repeated ?? ""}\n`,
    );
  } else writeList(stdout, form, { kind: "Requests", key: "requests", items: sent.map(buildRequestDocument) });
  return right(exits.done);
};

const carryOut = async (
  cli: CliEnv,
  connection: Connection,
  bus: Bus,
  asked: readonly AskedBuild[],
  args: BuildArgs,
): Promise<Ended> => {
  const { requester, repeated } = connection;
  const { form, detach, timeoutMs } = args;
  const seen = await seeBuilder(bus);
  if (seen?.kind === "no place") return refuseWithoutPlace(cli, form);
  if (form === "table") cli.stderr.write(preface(asked, connection));
  const sent = await sendBuilds(
    { log: bus.log, requester, repeated, live: detach ? undefined : bus.live, seen },
    asked,
  );
  if (isLeft(sent)) return sent;
  told(cli, seen, args);
  if (detach) return detached(cli, form, sent.right);
  announce(cli, form, sent.right);
  return right(await watchBuilds(cli, bus, sent.right, { form, deadlineMs: timeoutMs }));
};

export const build = async (cli: CliEnv, connection: Connection, args: BuildArgs): Promise<Ended> => {
  const asked = askedFor(args, cli.now());
  if (isLeft(asked)) return asked;
  return withBus(cli, connection, (bus) => carryOut(cli, connection, bus, asked.right, args));
};
