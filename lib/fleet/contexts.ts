/**
 * The files of the `nats` tool by which a person's commands find the server and the key: `<fleet>-<name>.json`. Only a file
 * that an earlier run wrote for the same folder is written again, and keys in it that are not ours are kept.
 */
import { dirname, join } from "node:path";
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../contract/failure.ts";
import type { Fleet } from "../contract/fleet.ts";
import { identitiesOf, nameOf } from "../contract/fleet-identities.ts";
import { inboxPrefix, logApi } from "../contract/log-names.ts";
import { type Identity, permissionsOf } from "../contract/permissions.ts";
import type { Change } from "./commit.ts";
import { type Name, seedFileOf } from "./places.ts";
import { readSmall } from "./read-small.ts";

export interface ContextPlace {
  /** Holds the `.json` files. */
  readonly dir: string;
  /** Whose context is selected where none is; `undefined`: nobody's. */
  readonly select: string | undefined;
}

export interface ContextPlan {
  readonly files: readonly Change[];
  /** Files of others that have the name of one of ours: sentences. */
  readonly notes: readonly string[];
}

const mark = "written by hd init";

const contextNameOf = (fleet: Fleet, name: Name): string => `${fleet.name}-${name}`;

type Content = Readonly<Record<string, unknown>>;

/** Who shares the streams' account has the API under its own name. */
const contentOf = (fleet: Fleet, identity: Identity, dir: string): Content => {
  const name = nameOf(identity);
  const { urls, tls } = fleet.server;
  const isClient = permissionsOf(identity).account === "clients";
  return {
    description: `${name}, ${identity.kind} of ${fleet.name}; ${mark}`,
    url: urls.join(","),
    nkey: seedFileOf(dir, name),
    inbox_prefix: inboxPrefix(name),
    ...(isClient ? { jetstream_api_prefix: logApi } : {}),
    ...(tls?.caFile === undefined ? {} : { ca: tls.caFile }),
  };
};

const ownKeys = ["jetstream_api_prefix", "ca"];

const parsed = (text: string): Content | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

const isOurs = (found: Content | undefined, wanted: Content): found is Content =>
  String(found?.["description"]).endsWith(mark) && found?.["nkey"] === wanted["nkey"];

/** What we no longer say goes, what was added by others stays. */
const merged = (found: Content, wanted: Content): Content => ({
  ...Object.fromEntries(Object.entries(found).filter(([key]) => !ownKeys.includes(key))),
  ...wanted,
});

const textOf = (content: Content): string => `${JSON.stringify(content, null, 2)}\n`;

const foreign = (path: string, wanted: Content): string =>
  `${path} is left as it is: it was not written for ${wanted["nkey"]}. Give --context-dir, or the fleet another name`;

const planOne = async (path: string, wanted: Content): Promise<Either<Failure, ContextPlan>> => {
  const found = await readSmall(path);
  if (isLeft(found)) return found;
  const change = (content: Content): Change => ({ kind: "write", path, text: textOf(content), mode: 0o600 });
  if (found.right === undefined) return right({ files: [change(wanted)], notes: [] });
  const content = parsed(found.right);
  if (!isOurs(content, wanted)) return right({ files: [], notes: [foreign(path, wanted)] });
  const next = merged(content, wanted);
  const isSame = textOf(content) === textOf(next);
  return right({ files: [isSame ? { kind: "write", path, text: found.right, mode: 0o600 } : change(next)], notes: [] });
};

const planSelection = async (
  fleet: Fleet,
  { dir, select }: ContextPlace,
  here: ReadonlySet<Name>,
): Promise<ContextPlan> => {
  const user = fleet.users.find(({ name, kind }) => kind === "person" && name === select && here.has(name));
  const path = join(dirname(dir), "context.txt");
  const selected = await readSmall(path);
  if (user === undefined || isLeft(selected) || selected.right !== undefined) return { files: [], notes: [] };
  const text = contextNameOf(fleet, user.name);
  const note = `the context ${text} is selected, because you are logged in as ${user.name}: hd finds server and key by it`;
  return { files: [{ kind: "write", path, text, mode: 0o600 }], notes: [note] };
};

/** Of everyone whose seed is in the folder; a context is of no use on a machine that has not got the key. */
export const planContexts = async (
  fleet: Fleet,
  dir: string,
  place: ContextPlace,
  here: ReadonlySet<Name>,
): Promise<Either<Failure, ContextPlan>> => {
  const plans: ContextPlan[] = [];
  for (const identity of identitiesOf(fleet)) {
    if (identity.kind === "host" || !here.has(nameOf(identity))) continue;
    const path = join(place.dir, `${contextNameOf(fleet, nameOf(identity))}.json`);
    const plan = await planOne(path, contentOf(fleet, identity, dir));
    if (isLeft(plan)) return plan;
    plans.push(plan.right);
  }
  plans.push(await planSelection(fleet, place, here));
  return right({ files: plans.flatMap(({ files }) => files), notes: plans.flatMap(({ notes }) => notes) });
};
