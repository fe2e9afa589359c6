/** From a tool's arguments to what is to be deployed where: checked, and meant by exactly these hosts, before anything else. */
import { type Either, isLeft, left, map, mapLeft, right } from "fp-ts/lib/Either.js";
import { type Address, allAddress, roleAddress, shortAddress, tierOf } from "../../../lib/contract/address.ts";
import { choice, integer, list, prose, read, toggle } from "../../../lib/contract/codec.ts";
import { type Failure, failure } from "../../../lib/contract/failure.ts";
import { HostName, Role, Tier } from "../../../lib/contract/names.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { deploy as route } from "../../../lib/contract/routes/deploy.ts";
import { type Decoded, defaulted, optional } from "../../../lib/contract/struct.ts";
import { ClientName, Commit, instant, Revision, ToolName } from "../../../lib/contract/values.ts";
import { checked } from "../../../lib/router/call.ts";
import type { Enrolled } from "../../../lib/router/ports.ts";
import { hostIn, knownAddresses, tiersOfHost } from "../../../streams/roster.ts";
import { nearest } from "../../work/nearest.ts";
import { type Order, orderFor } from "../../work/order.ts";
import { meantBy, resolveTargets } from "../../work/targets.ts";
import type { ToolContext, ToolFailure } from "../tool.ts";

/** The original's arguments, and those of `hd deploy`. */
export const deployFields = {
  targets: optional(list(prose("Target", 200), 50), "prod/web1, prod/all, prod/role/web, or an alias; each host once"),
  hostname: optional(HostName, "one host by its name, in whatever tier it is"),
  role: optional(Role, "all hosts with this role in the tier"),
  all: optional(toggle("All"), "true: all hosts of the tier"),
  tier: optional(Tier, "the tier of role and all"),
  action: defaulted(
    choice("Action", ["switch", "boot", "test", "dry-activate"]),
    "switch",
    route.input.fields.action.sentence,
  ),
  revision: optional(Revision, "branch, tag or commit; main if left out"),
  branch: optional(Revision, "the same as revision"),
  reason: optional(prose("Reason", 500), "why, for the history and for whoever is asked"),
  seconds: defaulted(integer("Seconds", 0, 45), 40, "how long to watch before the answer; the deployment goes on"),
};

export type DeployArgs = Decoded<typeof deployFields>;

const usualTier = "test" as Tier;
const lifeMs = 60 * 60_000;

const most = 20;

const wrong = (message: string): ToolFailure => ({
  ...failure("invalid_request", message),
  hint: "Name the hosts by one of targets, hostname, role or all.",
});

const hostAddress = (hostname: HostName, enrolled: readonly Enrolled[]): Either<ToolFailure, Address> => {
  const host = enrolled.find((one) => one.hostname === hostname);
  const own = host?.addresses.find((address) => hostIn(address) === hostname);
  if (own !== undefined) return right(own);
  const all = enrolled.map((one) => one.hostname);
  const near = nearest(hostname, all);
  const meant = near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
  return left({
    ...failure("unknown_target", `No host is called ${hostname}, so nothing was sent.${meant}`),
    known: all.slice(0, most),
    hint: "See hosts_list.",
  });
};

const withKnown =
  (enrolled: readonly Enrolled[]) =>
  (found: Failure): ToolFailure => ({
    ...found,
    known: knownAddresses(enrolled).map(shortAddress).slice(0, most),
  });

/** Exactly one way to name hosts: none never means all. */
const misnamed = ({ targets, hostname, role, all }: DeployArgs): ToolFailure | undefined => {
  const ways = [targets, hostname, role, all === true ? all : undefined].filter((one) => one !== undefined);
  if (ways.length > 1) return wrong("Nothing was sent: hosts are named in more than one way.");
  return ways.length === 0 || targets?.length === 0 ? wrong("Nothing was sent: no hosts are named.") : undefined;
};

/** Of arguments that name hosts in one way. */
const addressesOf = (
  { targets, hostname, role, tier = usualTier }: DeployArgs,
  enrolled: readonly Enrolled[],
  { env }: ToolContext["options"],
): Either<ToolFailure, readonly Address[]> => {
  if (targets !== undefined) return mapLeft(withKnown(enrolled))(resolveTargets(targets, env));
  if (hostname !== undefined) return map((one: Address) => [one])(hostAddress(hostname, enrolled));
  return right([role === undefined ? allAddress(tier) : roleAddress(tier, role)]);
};

const revisionOf = ({ revision, branch }: DeployArgs): Either<ToolFailure, Revision> => {
  if (revision !== undefined && branch !== undefined && revision !== branch)
    return left({ ...failure("invalid_request", "revision and branch mean the same; give one of them.") });
  return right(revision ?? branch ?? ("main" as Revision));
};

/** What of a call stands in the request. */
export const calledBy = ({ client, tool }: Pick<ToolContext, "client" | "tool">) => ({
  client: read(ClientName, plain(client.replace(/\s+/g, " "), 100)),
  tool: read(ToolName, tool),
});

export interface Wanted {
  readonly order: Order;
  /** What the revision is, where that is known. */
  readonly commit: Commit | undefined;
}

/** Of every address, and of every host behind it: a host may serve addresses of other tiers than its own. */
export const tiersOf = (all: readonly Wanted[]): readonly Tier[] => [
  ...new Set(all.flatMap(({ order: { address, hosts } }) => [tierOf(address), ...hosts.flatMap(tiersOfHost)])),
];

const expiry = (nowMs: number) => instant(nowMs + lifeMs);

export const wantedBy = (
  args: DeployArgs,
  enrolled: readonly Enrolled[],
  context: ToolContext,
): Either<ToolFailure, readonly Wanted[]> => {
  const revision = revisionOf(args);
  if (isLeft(revision)) return revision;
  const why = misnamed(args);
  if (why !== undefined) return left(why);
  const addresses = addressesOf(args, enrolled, context.options);
  if (isLeft(addresses)) return addresses;
  const meant = meantBy(addresses.right, enrolled, context.options.repeated);
  if (isLeft(meant)) return left(withKnown(enrolled)(meant.left));
  const { action, reason } = args;
  const input = checked(route, {
    ...{ action, revision: revision.right, expires_at: expiry(context.now()), ...calledBy(context) },
    ...(reason === undefined ? {} : { reason }),
  });
  if (isLeft(input)) return input;
  const commit = read(Commit, revision.right);
  return right(meant.right.map((one) => ({ order: orderFor(one, input.right, { overrideFreeze: false }), commit })));
};
