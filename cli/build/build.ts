/** `hd build`: checks everything before anything is sent, appends one request for each target, and watches them together. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostName } from "../../lib/contract/names.ts";
import { build as route } from "../../lib/contract/routes/build.ts";
import { instant } from "../../lib/contract/values.ts";
import { checked } from "../../lib/router/call.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { writeList } from "../print/json.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { type Asking, askBuilds } from "./ask.ts";
import { buildRequestDocument } from "./document.ts";
import type { AskedBuild } from "./send.ts";
import { buildsOf } from "./targets.ts";
import { watchBuilds } from "./watch-builds.ts";
import type { WatchedBuild } from "./watched.ts";

export interface BuildArgs extends Asking {
  readonly targets: readonly string[];
  readonly revision: string;
  readonly hosts: readonly HostName[];
  readonly reason: string | undefined;
  readonly timeoutMs: number;
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
  return isLeft(order) ? order : right(addresses.right.map((address) => ({ address, order: order.right })));
};

/** With `--detach`, the ids are the data: `hd watch $(hd build --detach nixos)`. */
const detached = ({ stdout, stderr }: CliEnv, form: OutputForm, sent: readonly WatchedBuild[]): Ended => {
  if (form === "table") {
    const ids = sent.map(({ request }) => request.id);
    stdout.write(ids.map((id) => `${id}\n`).join(""));
    const watch = `hd watch ${ids.join(" ")}${sent[0]?.repeated ?? ""}`;
    stderr.write(`sent; the build goes on by itself. Watch it with: ${watch}\n`);
  } else writeList(stdout, form, { kind: "Requests", key: "requests", items: sent.map(buildRequestDocument) });
  return right(exits.done);
};

export const build = async (cli: CliEnv, connection: Connection, args: BuildArgs): Promise<Ended> => {
  const asked = askedFor(args, cli.now());
  if (isLeft(asked)) return asked;
  return withBus(cli, connection, async (bus) => {
    const sent = await askBuilds(cli, connection, bus, asked.right, args);
    if (isLeft(sent)) return sent.left;
    if (args.detach) return detached(cli, args.form, sent.right);
    return right(await watchBuilds(cli, bus, sent.right, { form: args.form, deadlineMs: args.timeoutMs }));
  });
};
