/**
 * Whose signatures a listener heeds, and for what: the file that `hd listener --trusted-keys` names. A tier that it does not
 * name asks for signatures, so that one that was forgotten is closed and not open. A key has one owner: a file that gives it
 * to two is refused, because nobody could tell who asked.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { type Codec, list, read, toggle } from "./codec.ts";
import { SignaturePolicy } from "./fleet.ts";
import { Requester, Tier, unnamed } from "./names.ts";
import { plain } from "./plain.ts";
import { PublicKey } from "./signature.ts";
import { type Decoded, defaulted, required, struct } from "./struct.ts";
import { Action } from "./values.ts";

/** A host may be in the file too, so that its records can be verified; it needs no tiers and no actions. */
const TrustedOwner = struct("trusted owner", {
  name: required(Requester, "the name that stands in the subject"),
  keys: required(list(PublicKey, 16), "its public NKeys; two while a key is rotated"),
  tiers: defaulted(list(Tier, 64), [], "where it may ask"),
  actions: defaulted(list(Action, 16), [], "what it may ask for there"),
  override_freeze: defaulted(toggle("OverrideFreeze"), false, "whether it may deploy in spite of a freeze"),
});
export type TrustedOwner = Decoded<typeof TrustedOwner.fields>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const Anything: Codec<Readonly<Record<string, unknown>>> = {
  name: "Object",
  sentence: "an object",
  type: new t.Type(
    "Object",
    isObject,
    (value, context) => (isObject(value) ? t.success(value) : t.failure(value, context, "must be an object")),
    t.identity,
  ),
  schema: { type: "object" },
};

const File = struct("trusted keys", {
  tiers: defaulted(Anything, {}, "what is asked for in each tier"),
  keys: required(list(Anything, 10_000), "who is trusted"),
});

export interface TrustedKeys {
  readonly policies: ReadonlyMap<Tier, SignaturePolicy>;
  readonly owners: ReadonlyMap<PublicKey, TrustedOwner>;
}

export const policyOf = ({ policies }: TrustedKeys, tier: Tier): SignaturePolicy => policies.get(tier) ?? "require";

/** How much of what is wrong is repeated. */
const shown = (text: string): string => plain(text, 80);

const policiesIn = (tiers: Readonly<Record<string, unknown>>, wrong: string[]): TrustedKeys["policies"] => {
  const policies = new Map<Tier, SignaturePolicy>();
  for (const [name, value] of Object.entries(tiers)) {
    const [tier, policy] = [read(Tier, name), read(SignaturePolicy, value)];
    if (tier === undefined) wrong.push(`tiers: "${shown(name)}" must be ${Tier.sentence}`);
    if (policy === undefined) wrong.push(`tiers.${shown(name)}: must be ${SignaturePolicy.sentence}`);
    if (tier !== undefined && policy !== undefined) policies.set(tier, policy);
  }
  return policies;
};

interface Seen {
  readonly owners: Map<PublicKey, TrustedOwner>;
  readonly names: Set<string>;
  readonly isKey: (key: PublicKey) => boolean;
}

/** What is wrong with an owner beside those before it. */
const misfit = ({ name, keys }: TrustedOwner, { owners, names, isKey }: Seen): string | undefined => {
  if (name === unnamed) return `name: ${unnamed} is nobody's name`;
  if (names.has(name)) return `name: ${name} is there twice`;
  if (keys.length === 0) return "keys: must hold at least one key";
  const broken = keys.findIndex((key) => !isKey(key));
  if (broken >= 0) return `keys.${broken}: the checksum of the key is wrong; copy the key again`;
  const taken = keys.find((key, n) => owners.has(key) || keys.indexOf(key) !== n);
  return taken === undefined ? undefined : `keys: ${taken} is there twice`;
};

const readOwner = (entry: object, place: number, seen: Seen): readonly string[] => {
  const owner = TrustedOwner.strict(entry);
  if (isLeft(owner)) return owner.left.map((reason) => `keys.${place}.${reason}`);
  const wrong = misfit(owner.right, seen);
  if (wrong !== undefined) return [`keys.${place}.${wrong}`];
  seen.names.add(owner.right.name);
  for (const key of owner.right.keys) seen.owners.set(key, owner.right);
  return [];
};

/** `isKey` checks the checksum. Left: everything that is wrong, each as `field: must be …`. */
export const decodeTrustedKeys = (
  value: unknown,
  isKey: (key: PublicKey) => boolean,
): Either<readonly string[], TrustedKeys> => {
  const file = File.strict(value);
  if (isLeft(file)) return file;
  const wrong: string[] = [];
  const policies = policiesIn(file.right.tiers, wrong);
  const seen: Seen = { owners: new Map(), names: new Set(), isKey };
  for (const [place, entry] of file.right.keys.entries()) wrong.push(...readOwner(entry, place, seen));
  return wrong.length > 0 ? left(wrong) : right({ policies, owners: seen.owners });
};
