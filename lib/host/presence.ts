/**
 * What this host is like, for its announcement: read anew each time, because a system also changes without a deployment.
 * What cannot be read is left out. Lists and words from elsewhere are cut here, or the bucket would not take the value.
 */
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import type { Address } from "../contract/address.ts";
import { read } from "../contract/codec.ts";
import { plain } from "../contract/plain.ts";
import type { Doing, Frozen, Presence } from "../contract/presence.ts";
import type { HostIdentity } from "../contract/template.ts";
import { Generation, instant, isTerminal, type StorePath, Version } from "../contract/values.ts";
import { commitsIn } from "./commits.ts";
import type { Engine, SystemState } from "./engine.ts";
import type { JobOrder } from "./job-order.ts";
import { readJournal } from "./journal.ts";
import type { StateDir } from "./state-dir.ts";

export interface PresenceParts {
  readonly host: HostIdentity;
  readonly addresses: readonly Address[];
  readonly version: string;
  readonly dir: StateDir;
  readonly engine: Pick<Engine, "state" | "rebootNeeded" | "simulated">;
  /** The deployment that this host works on. */
  readonly running: () => JobOrder | undefined;
  readonly frozen: () => readonly Frozen[];
  readonly bootedAtMs: () => Promise<number | undefined>;
  readonly now: () => number;
}

const limits = { roles: 32, addresses: 64, frozen: 8, reason: 200, rebootReasons: 16, rebootReason: 64 } as const;

/** A field that is there only with a value. */
const known = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V };

const rightOf = <A>(given: Either<unknown, A>): A | undefined => (isLeft(given) ? undefined : given.right);

/** By the journal: it has the end of a deployment before anybody else, and its phase also after a restart. */
const doingOf = async (dir: StateDir, order: JobOrder | undefined): Promise<Doing | undefined> => {
  if (order === undefined) return undefined;
  const last = rightOf(await readJournal(dir.open, order.id))?.events.at(-1);
  if (last !== undefined && isTerminal(last.status)) return undefined;
  const { id, requester, action, revision, accepted_at: since } = order;
  return { id, requester, action, revision, since, ...known("phase", last?.phase ?? undefined) };
};

const shortened = ({ reason, ...freeze }: Frozen): Frozen => ({
  ...freeze,
  reason: plain(reason, limits.reason) as Frozen["reason"],
});

const systemOf = (state: SystemState | undefined) => ({
  ...known("running", state?.running),
  ...known("boots", state?.boots),
  ...known("generation", read(Generation, state?.generation)),
});

const reasonsFor = async (engine: PresenceParts["engine"], running: StorePath | undefined) => {
  const needed = running === undefined ? undefined : rightOf(await engine.rebootNeeded(running)());
  if (needed === undefined || needed.length === 0) return undefined;
  const words = needed.slice(0, limits.rebootReasons).map((reason) => plain(reason, limits.rebootReason));
  return words as unknown as NonNullable<Presence["reboot_needed"]>;
};

/** What is so as long as the listener lives. */
const identityOf = ({ host, addresses, version, engine, now }: PresenceParts) => ({
  hostname: host.hostname,
  tier: host.tier,
  roles: host.roles.slice(0, limits.roles),
  deploy_subjects: addresses.slice(0, limits.addresses),
  version: (read(Version, version) ?? "unknown") as Presence["version"],
  since: instant(now()),
  ...(engine.simulated ? { simulated: true } : {}),
});

export const presenceOf = (parts: PresenceParts): (() => Promise<Presence>) => {
  const { dir, engine, now } = parts;
  const identity = identityOf(parts);
  const commitOf = commitsIn(dir);
  return async () => {
    const state = rightOf(await engine.state()());
    const [doing, frozen, bootedAtMs] = [await doingOf(dir, parts.running()), parts.frozen(), await parts.bootedAtMs()];
    return {
      ...identity,
      at: instant(now()),
      ...systemOf(state),
      ...known("booted_at", bootedAtMs === undefined ? undefined : instant(bootedAtMs)),
      ...known("commit", state?.running === undefined ? undefined : await commitOf(state.running)),
      ...known("reboot_needed", await reasonsFor(engine, state?.running)),
      ...known("doing", doing),
      ...known("frozen", frozen.length === 0 ? undefined : frozen.slice(0, limits.frozen).map(shortened)),
    };
  };
};
