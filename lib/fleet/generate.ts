/**
 * Everything that follows from a fleet file, written into its folder: seeds, public keys, the server's configuration, trusted
 * keys, contexts. What is there and right is not touched, so running it twice changes nothing. It is all planned before any
 * of it is written, and what cannot be written leaves the folder as it was.
 */
import { join } from "node:path";
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../contract/failure.ts";
import type { Fleet, PublicKeys } from "../contract/fleet.ts";
import { identitiesOf, nameOf } from "../contract/fleet-identities.ts";
import { type Change, commit } from "./commit.ts";
import { type ContextPlace, planContexts } from "./contexts.ts";
import { hintsOf } from "./hints.ts";
import { fleetFileOf, keysFolderOf, type Name, publicKeysFileOf, seedFileOf } from "./places.ts";
import { publicKeysText } from "./public-keys.ts";
import { readSmall } from "./read-small.ts";
import { type KeyMaker, type Seeds, settleSeeds } from "./seeds.ts";
import type { Input } from "./stopped.ts";
import { trustedKeysText } from "./trusted-keys.ts";

export interface FleetTools extends KeyMaker {
  /** The server's configuration in its own language and in Nix's. */
  readonly render: (fleet: Fleet, publicKeys: PublicKeys) => { readonly conf: string; readonly nix: string };
}

export interface Order {
  /** In full. */
  readonly dir: string;
  /** Goes before the text: see LoadedFleet. */
  readonly mark: string;
  /** Of the fleet file, as it is to be. */
  readonly text: string;
  /** What that text says. */
  readonly fleet: Fleet;
  readonly known: PublicKeys;
  readonly contexts: ContextPlace | undefined;
  readonly renewed?: Name | undefined;
  readonly renamed?: { readonly from: Name; readonly to: Name } | undefined;
  /** Of seeds, which go before all others. */
  readonly first?: readonly Change[];
  readonly last?: readonly Change[];
  /** What all this was read from: if it is different when everything is ready to be moved in, nothing is. */
  readonly inputs: readonly Input[];
  readonly signal?: AbortSignal | undefined;
}

export interface WrittenFile {
  readonly path: string;
  readonly state: "created" | "changed" | "unchanged";
}

export interface MadeKey {
  readonly name: Name;
  readonly kind: "host" | "person" | "service";
  readonly role: string;
  readonly publicKey: string;
}

export interface Generated {
  readonly files: readonly WrittenFile[];
  readonly keys: readonly MadeKey[];
  readonly notes: readonly string[];
}

const serverConfOf = (dir: string): string => join(dir, "nats-server.conf");

const warning = "Written by hd init from hd.toml; the next run writes it again.";

const plainFiles = (
  { render }: FleetTools,
  { dir, mark, text, fleet }: Order,
  { publicKeys }: Seeds,
): readonly Change[] => {
  const { conf, nix } = render(fleet, publicKeys);
  const write = (path: string, content: string): Change => ({ kind: "write", path, text: content, mode: 0o644 });
  return [
    write(fleetFileOf(dir), mark + text),
    write(join(keysFolderOf(dir), ".gitignore"), "*\n"),
    write(publicKeysFileOf(dir), publicKeysText(publicKeys)),
    write(serverConfOf(dir), `# ${warning}\n${conf}`),
    write(join(dir, "nats-settings.nix"), `# ${warning}\n${nix}`),
    write(join(dir, "trusted-keys.json"), trustedKeysText(fleet, publicKeys)),
  ];
};

const stateOf = async (change: Extract<Change, { kind: "write" }>): Promise<WrittenFile> => {
  const read = await readSmall(change.path);
  const isHere = isLeft(read) || read.right !== undefined;
  const isSame = !isLeft(read) && read.right === change.text;
  const state = isSame ? "unchanged" : isHere ? "changed" : "created";
  return { path: change.path, state };
};

const kindsOf = (fleet: Fleet): ReadonlyMap<Name, MadeKey["kind"]> =>
  new Map(fleet.users.map(({ name, kind }) => [name, kind]));

const madeKeys = (fleet: Fleet, { made }: Seeds): readonly MadeKey[] => {
  const kinds = kindsOf(fleet);
  return identitiesOf(fleet).flatMap((identity) => {
    const name = nameOf(identity);
    const publicKey = made.get(name)?.publicKey;
    const kind = identity.kind === "host" ? "host" : (kinds.get(name) ?? "service");
    const role = fleet.users.find((user) => user.name === name)?.role ?? identity.kind;
    return publicKey === undefined ? [] : [{ name, kind, role, publicKey }];
  });
};

/** Who was trusted until now, and is not in the file any more. */
const gone = ({ known, renamed }: Order, { publicKeys }: Seeds): readonly string[] =>
  [...known.keys()]
    .filter((name) => !publicKeys.has(name) && name !== renamed?.from)
    .map((name) => `${name} is not in the fleet any more: its key is no longer trusted, a seed of it may be deleted`);

const secretsOf = ({ dir }: Order, { made }: Seeds): readonly Change[] =>
  [...made].map(([name, { seed }]) => ({ kind: "secret", path: seedFileOf(dir, name), text: `${seed}\n` }));

const noContexts = { files: [], notes: [] };

export const generate = async (tools: FleetTools, order: Order): Promise<Either<Failure, Generated>> => {
  const { dir, fleet, first = [], last = [] } = order;
  const names = identitiesOf(fleet).map(nameOf);
  const seeds = await settleSeeds(tools, { ...order, names });
  if (isLeft(seeds)) return seeds;
  const contexts = order.contexts && (await planContexts(fleet, dir, order.contexts, seeds.right.here));
  if (contexts !== undefined && isLeft(contexts)) return contexts;
  const { files, notes } = contexts?.right ?? noContexts;
  const writes = [...plainFiles(tools, order, seeds.right), ...files].filter((change) => change.kind === "write");
  const states = await Promise.all(writes.map(stateOf));
  const changed = writes.filter((_, n) => states[n]?.state !== "unchanged");
  const keysFolder: Change = { kind: "folder", path: keysFolderOf(dir) };
  const changes = [keysFolder, ...first, ...secretsOf(order, seeds.right), ...changed, ...last];
  const done = await commit(changes, order);
  if (isLeft(done)) return done;
  const adopted = seeds.right.adopted.map(
    (name) => `${name}: the seed that was there already is used, ${seedFileOf(dir, name)}`,
  );
  const hints = changed.some(({ path }) => path === serverConfOf(dir)) ? hintsOf(fleet) : [];
  const said = [...adopted, ...gone(order, seeds.right), ...notes, ...hints];
  return right({ files: states, keys: madeKeys(fleet, seeds.right), notes: said });
};
