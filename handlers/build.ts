/**
 * `build.<repo>.<target>`: resolves the revision, asks the flake for its hosts, and builds those that are wanted. `completed` is
 * said only when every one of them was built and its closure is known. It is called again from the beginning after a crash, so
 * nothing here may matter when it is done twice.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { BuildEvent, BuiltHost } from "../lib/contract/build-event.ts";
import { causeOf } from "../lib/contract/cause-of.ts";
import { type Failure, failure } from "../lib/contract/failure.ts";
import type { HostName } from "../lib/contract/names.ts";
import type { BuildOutcome, BuildPhase } from "../lib/contract/values.ts";
import type { Resolved } from "../lib/host/engine.ts";
import { buildHosts, type Chosen, chosenHosts, type HostsEnv } from "./build-hosts.ts";
import type { BuildOrder } from "./build-order.ts";
import { because, type Said } from "./build-records.ts";

export interface BuildEnv extends Omit<HostsEnv, "onDone"> {
  /** Of the repository's hosts only these may be built; none: every one. */
  readonly allowed: readonly HostName[];
  /** Says how far it is. Nothing waits for it. */
  readonly tell: (said: () => Said | Promise<Said>) => void;
  readonly onHost: (outcome: BuildOutcome) => void;
}

/** The end of a build. */
export type BuildEnd = Said & { readonly status: "completed" | "failed" };

const failedIn = (phase: BuildPhase, found: Failure, known: Partial<BuildEvent> = {}): BuildEnd => ({
  ...{ ...known, status: "failed", phase },
  ...because(found),
});

const counted = (results: readonly BuiltHost[]) => ({
  built: results.filter(({ outcome }) => outcome === "built").length,
  failed: results.filter(({ outcome }) => outcome === "failed").length,
});

const hostsOf = (count: number): string => `${count} ${count === 1 ? "host" : "hosts"}`;

const at = ({ repo }: BuildOrder, { commit }: Resolved): string => `of ${repo} at ${commit.slice(0, 12)}`;

const leftOutText = ({ leftOut }: Chosen): string =>
  leftOut.length === 0
    ? ""
    : ` ${leftOut.length === 1 ? "One configuration was" : `${leftOut.length} configurations were`} left out, because no host can have the name.`;

const ofOutcome = (results: readonly BuiltHost[], outcome: BuildOutcome, clause: string): string => {
  const hosts = results.filter((one) => one.outcome === outcome).map(({ host }) => host);
  if (hosts.length === 0) return "";
  const more = hosts.length > 10 ? ` and ${hosts.length - 10} more` : "";
  return ` ${clause}: ${hosts.slice(0, 10).join(", ")}${more}.`;
};

/** Time that was too short is told as such only where nothing else was wrong. */
const codeOf = (results: readonly BuiltHost[]): "timeout" | "build_failed" =>
  results.some(({ outcome, error }) => outcome === "failed" && error !== "timeout") ? "build_failed" : "timeout";

const endOf = (order: BuildOrder, resolved: Resolved, chosen: Chosen, results: readonly BuiltHost[]): BuildEnd => {
  const { built, failed } = counted(results);
  const total = results.length;
  const known = {
    ...{ phase: null, commit: resolved.commit, total, built, failed, results },
    ...(chosen.leftOut.length === 0 ? {} : { left_out: chosen.leftOut.slice(0, 20) }),
  };
  const where = at(order, resolved);
  if (built === total && results.every(({ closure }) => closure !== undefined))
    return { ...known, status: "completed", message: `${hostsOf(total)} ${where} built.${leftOutText(chosen)}` };
  const why = `${built} of ${hostsOf(total)} ${where} built.${ofOutcome(results, "failed", "Failed")}${ofOutcome(results, "skipped", "Not begun, because there was no time left")}${leftOutText(chosen)}`;
  return { ...known, ...because(failure(codeOf(results), why)), status: "failed", phase: "build" };
};

/** Told of each host: how it ended, how far all is, and of one that failed what it printed last. */
const telling = (
  order: BuildOrder,
  resolved: Resolved,
  { hosts, missing }: Chosen,
  { tell, engine, onHost }: BuildEnv,
) => {
  const total = hosts.length;
  const done: BuiltHost[] = [];
  return (host: BuiltHost, failed: Failure | undefined): void => {
    onHost(host.outcome);
    done.push(host);
    const known = { ...counted(done), total, commit: resolved.commit, host, phase: "build" } as const;
    const message = failed?.message ?? `${host.host} ${at(order, resolved)} is built`;
    tell(async () => ({
      ...{ ...known, status: "started", message },
      ...(failed === undefined || missing.includes(host.host) ? {} : { log_tail: await engine.tail(host.host) }),
    }));
  };
};

const carryOut = async (order: BuildOrder, env: BuildEnv): Promise<BuildEnd> => {
  const { engine, limits, allowed, tell } = env;
  tell(() => ({ status: "started", phase: "resolve", message: `resolving ${order.revision}` }));
  const found = await engine.resolve(order.revision, limits.resolveMs)();
  if (isLeft(found)) return failedIn("resolve", found.left);
  const resolved = found.right;
  const { commit } = resolved;
  const listed = await engine.configurations(resolved, limits.resolveMs)();
  if (isLeft(listed)) return failedIn("build", listed.left, { commit });
  const chosen = chosenHosts(order, listed.right, allowed);
  if (isLeft(chosen)) return failedIn("build", chosen.left, { commit });
  const total = chosen.right.hosts.length;
  const message = `building ${hostsOf(total)} ${at(order, resolved)}`;
  tell(() => ({ status: "started", phase: "build", commit, total, built: 0, failed: 0, message }));
  const onDone = telling(order, resolved, chosen.right, env);
  return endOf(order, resolved, chosen.right, await buildHosts(chosen.right, resolved, { ...env, onDone }));
};

/** Never rejects. */
export const handleBuild = async (order: BuildOrder, env: BuildEnv): Promise<BuildEnd> => {
  try {
    return await carryOut(order, env);
  } catch (thrown) {
    return failedIn("build", failure("internal", `The build broke: ${causeOf(thrown)}. Please report this.`));
  }
};
