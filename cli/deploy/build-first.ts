/**
 * `hd deploy --build-first`: a builder is asked for exactly the hosts that are meant, and only when all of them are built anything
 * is sent to them, pinned to the commit that was built. Whatever else comes of the build, nothing is deployed, and that is said.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { read } from "../../lib/contract/codec.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { BuildTarget, HostName, Repo } from "../../lib/contract/names.ts";
import { build as route } from "../../lib/contract/routes/build.ts";
import { Commit, instant, type RequestId } from "../../lib/contract/values.ts";
import { checked } from "../../lib/router/call.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { Sending } from "../args/sending-args.ts";
import { askBuilds } from "../build/ask.ts";
import { buildExit, isBuilt } from "../build/exit-code.ts";
import type { AskedBuild } from "../build/send.ts";
import { concludeBuilds, observeBuilds } from "../build/watch-builds.ts";
import { buildTarget, type ObservedBuild } from "../build/watched.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { printError } from "../print/error.ts";
import { line } from "../print/json.ts";
import type { Ended } from "../work/with-bus.ts";

/** What is known once all are built. */
export interface Built {
  readonly commit: Commit;
  readonly request: RequestId;
}

interface Building extends Pick<Sending, "expiresMs" | "timeoutMs" | "form"> {
  readonly revision: string;
  readonly reason: string | undefined;
}

const askedFor = (
  repo: Repo,
  hosts: readonly HostName[],
  { revision, reason, expiresMs }: Building,
  nowMs: number,
): Either<Failure, AskedBuild> => {
  const [first, ...more] = hosts;
  const isOne = first !== undefined && more.length === 0;
  const order = checked(route, {
    ...{ revision, expires_at: instant(nowMs + expiresMs) },
    ...(isOne ? {} : { hosts }),
    ...(reason === undefined ? {} : { reason }),
  });
  const target = (isOne ? `${first}` : "all") as BuildTarget;
  return isLeft(order) ? order : right({ address: { repo, target }, order: order.right });
};

const nothing = "Nothing was deployed";

/** Why nothing is deployed, and how to go on. */
const why = (observed: ObservedBuild): string => {
  const { request, repeated, result } = observed;
  const { ended, newest, commit } = result.progress;
  const target = buildTarget(observed);
  if (result.end === "aborted") return `${nothing}: you stopped before ${target} was built.`;
  if (ended && newest?.status === "completed")
    return `${nothing}: the builder did not say that every host is built at the commit that was asked for.`;
  if (ended) return `${nothing}: ${target} was not built.`;
  const then = `once it is built, deploy it with --revision ${commit ?? "COMMIT"}`;
  return `${nothing}: ${target} is not built yet. Return to the build with: hd watch ${request.id}${repeated}; ${then}.`;
};

const refuse = (cli: CliEnv, form: Building["form"], observed: ObservedBuild): Ended => {
  concludeBuilds(cli, form, [observed]);
  const exit = buildExit([observed]);
  const code = exit === exits.failed || exit === exits.done ? "build_failed" : "timeout";
  printError(cli, form !== "table", { code, messages: [why(observed)] });
  return right(exit === exits.done ? exits.failed : exit);
};

const tell = ({ stdout, stderr }: CliEnv, form: Building["form"], observed: ObservedBuild, built: Built): void => {
  if (form === "table")
    stderr.write(`${buildTarget(observed)} is built at ${built.commit}: that is what is deployed\n`);
  if (form === "ndjson") stdout.write(line({ type: "built", id: built.request, commit: built.commit }));
};

/** What may be deployed. A builder says what a branch is, and never what a commit is. */
const builtBy = (observed: ObservedBuild, revision: string): Built | undefined => {
  const { commit } = observed.result.progress;
  if (commit === undefined || !isBuilt(observed)) return undefined;
  const asked = read(Commit, revision);
  return asked === undefined || asked === commit ? { commit, request: observed.request.id } : undefined;
};

/** Left: how the command ends, and nothing was deployed. */
export const buildFirst = async (
  cli: CliEnv,
  connection: Connection,
  bus: Bus,
  { repo, hosts }: { readonly repo: Repo; readonly hosts: readonly HostName[] },
  given: Building,
): Promise<Either<Ended, Built>> => {
  const { form, timeoutMs, revision } = given;
  // As long as somebody watches it may wait, also where hosts that are away would get nothing.
  const building = { ...given, expiresMs: Math.max(given.expiresMs, timeoutMs) };
  const asked = askedFor(repo, hosts, building, cli.now());
  if (isLeft(asked)) return left(asked);
  const sent = await askBuilds(cli, connection, bus, [asked.right], { ...building, detach: false });
  if (isLeft(sent)) return sent;
  const [observed] = await observeBuilds(cli, bus, sent.right, { form, deadlineMs: timeoutMs });
  if (observed === undefined) return left(right(exits.failed));
  const built = builtBy(observed, revision);
  if (built === undefined) return left(refuse(cli, form, observed));
  tell(cli, form, observed, built);
  return right(built);
};
