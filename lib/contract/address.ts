/**
 * The only place where subjects are made and taken apart. An address is `deploy.<tier>.<target…>`; the log keeps it as
 * `hd.req.<requester>.<tier>.<target…>`, because permissions on a token are what proves who asked. The subject is the
 * authority: nothing here reads a body.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Codec, read, type Text, text } from "./codec.ts";
import { HostName, Requester, type Role, Tier } from "./names.ts";
import { plain } from "./plain.ts";
import { Status, Verb } from "./values.ts";

const token = "[A-Za-z0-9_-]{1,63}";

/** How many tokens an address has at most after its tier. */
export const longestTarget = 6;

/** `deploy.<tier>.<token…>`: concrete, without wildcards. */
export type Address = Text<"Address">;
export const Address: Codec<Address> = text("Address", {
  pattern: new RegExp(`^deploy\\.(?!(?:responses|discover|build)\\.)${token}(?:\\.${token}){1,${longestTarget}}$`),
  maxLength: 255,
  sentence: "an address such as deploy.prod.web1, deploy.prod.all or deploy.prod.role.web",
});

/** @internal The addresses of the default templates; a listener gets its own by expanding them. */
export const hostAddress = (tier: Tier, host: HostName): Address => `deploy.${tier}.${host}` as Address;
export const allAddress = (tier: Tier): Address => `deploy.${tier}.all` as Address;
export const roleAddress = (tier: Tier, role: Role): Address => `deploy.${tier}.role.${role}` as Address;

const rest = (address: string): string => address.slice("deploy.".length);

export const tierOf = (address: Address): Tier => (rest(address).split(".")[0] ?? "") as Tier;

/** `prod/web1`, `prod/all`, `prod/role/web`: what a person types and reads. */
export const shortAddress = (address: Address): string => rest(address).replaceAll(".", "/");

/** Left: the sentence that says what a target may be. Aliases are the caller's to try first. */
export const parseTarget = (target: string): Either<string, Address> => {
  const address = read(Address, target.startsWith("deploy.") ? target : `deploy.${target.replaceAll("/", ".")}`);
  if (address !== undefined && isPlausible(address)) return right(address);
  return left(
    `"${plain(target, 80)}" is not a target; write prod/web1, prod/all, prod/role/web, a subject such as deploy.prod.web1, or an alias`,
  );
};

/** Refuses the short form of a role without its name: `prod/role` would read as a host called "role". */
const isPlausible = (address: Address): boolean => {
  const [tier, head, ...more] = rest(address).split(".");
  if (read(Tier, tier) === undefined) return false;
  return more.length > 0 || head === "all" || read(HostName, head) !== undefined;
};

const behind = (verb: Verb | undefined): string => (verb === undefined ? "" : `.${verb}`);

/** Where the log keeps the request; permissions on its third token prove the requester. */
export const requestSubject = (requester: Requester, address: Address, verb?: Verb): string =>
  `hd.req.${requester}.${rest(address)}${behind(verb)}`;

/** A filter of a host's consumer for one of its addresses, with or without a verb, whoever asks. */
export const requestFilter = (address: Address, verb?: Verb): string => `hd.req.*.${rest(address)}${behind(verb)}`;

/** The filters of a host's consumer for one of its addresses: what is asked there, and any verb, also of a newer peer. */
export const requestFilters = (address: Address): readonly string[] => [
  requestFilter(address),
  `${requestFilter(address)}.*`,
];

export interface Spoken {
  readonly address: Address;
  /** `undefined`: a plain deployment. */
  readonly verb: Verb | undefined;
}

/** An address and the verb behind it: the longest address has no verb in it, but may have one behind it. */
const spoken = (text: string): Spoken | undefined => {
  const dot = text.lastIndexOf(".");
  const [plainly, verb] = [read(Address, text.slice(0, dot)), read(Verb, text.slice(dot + 1))];
  if (plainly !== undefined && verb !== undefined && isPlausible(plainly)) return { address: plainly, verb };
  const address = read(Address, text);
  return address && { address, verb: undefined };
};

/** `prod.cancel` is a host of that name, and `prod.role.cancel` a role. */
export const splitVerb = (address: Address): Spoken => spoken(address) ?? { address, verb: undefined };

export interface StoredRequest extends Spoken {
  readonly requester: Requester;
}

/** Who asked what of whom, from the subject of a stored request; `undefined` for any other subject, wildcards included. */
export const parseRequestSubject = (subject: string): StoredRequest | undefined => {
  if (!subject.startsWith("hd.req.")) return undefined;
  const [, , who, ...tokens] = subject.split(".");
  const requester = read(Requester, who);
  const asked = spoken(`deploy.${tokens.join(".")}`);
  return requester === undefined || asked === undefined ? undefined : { requester, ...asked };
};

/** Where the log keeps a wish for an address, and a word against one. Nobody executes what stands there. */
export const askSubject = (requester: Requester, address: Address): string => `hd.ask.${requester}.${rest(address)}`;

/** All that somebody wishes for, and their words against wishes. */
export const asksOf = (requester: Requester): string => `hd.ask.${requester}.>`;

/** Wishes for an address and the words against them, whoever said them. */
export const askFilter = (address: Address): string => `hd.ask.*.${rest(address)}`;

export interface StoredAsk {
  readonly requester: Requester;
  readonly address: Address;
}

/** Whose wish, or word against one, and for whom, from the subject of its record; `undefined` for any other subject. */
export const parseAskSubject = (subject: string): StoredAsk | undefined => {
  if (!subject.startsWith("hd.ask.")) return undefined;
  const [, , who, ...tokens] = subject.split(".");
  const requester = read(Requester, who);
  const asked = spoken(`deploy.${tokens.join(".")}`);
  if (requester === undefined || asked === undefined || asked.verb !== undefined) return undefined;
  return { requester, address: asked.address };
};

/** Where the log keeps a response; only that host may publish there. */
export const responseSubject = (tier: Tier, host: HostName, status: Status): string =>
  `hd.res.${tier}.${host}.${status}`;

export interface StoredResponse {
  readonly tier: Tier;
  readonly host: HostName;
  readonly status: Status;
}

/** Who answers and how, from the subject of a stored response; `undefined` for any other subject. */
export const parseResponseSubject = (subject: string): StoredResponse | undefined => {
  const [hd, res, ...tokens] = subject.split(".");
  const [tier, host, status] = [read(Tier, tokens[0]), read(HostName, tokens[1]), read(Status, tokens[2])];
  if (hd !== "hd" || res !== "res" || tokens.length !== 3) return undefined;
  return tier === undefined || host === undefined || status === undefined ? undefined : { tier, host, status };
};

/** Subjects of the responses to look at for an address: one host's, or those of its tier. */
export const responseFilter = (address: Address): string => {
  const [tier, head, ...more] = rest(address).split(".");
  return more.length === 0 && head !== "all" ? `hd.res.${tier}.${head}.*` : `hd.res.${tier}.*.*`;
};
