/**
 * What permissions of NATS come to, in the terms of hd: in whose name and where one may ask, what one may read, whose work
 * one may take. It is read off what the server says, so it also holds for permissions that hd has not written.
 */
import { asksOf } from "./address.ts";
import { ackSubject, silenceSubject } from "./alert-subjects.ts";
import { buildRequestsOf } from "./build-address.ts";
import { read } from "./codec.ts";
import {
  hostOfDurable,
  inboxPrefix,
  jetStreamApi,
  logApi,
  logStream,
  serviceDurables,
  vaultStream,
} from "./log-names.ts";
import { HostName, Requester, Tier } from "./names.ts";
import { allows, type Limits, type Rules } from "./subject-rules.ts";
import type { Verb } from "./values.ts";

/** Some names, or every one there is or will be. */
export type Reach<N> = "every" | readonly N[];

export interface Abilities {
  /** Where one may ask in one's own name. */
  readonly asksIn: Reach<Tier>;
  /** Where one may deploy in spite of a freeze. */
  readonly overridesIn: Reach<Tier>;
  /** In which other names one may ask. */
  readonly asksAs: Reach<Requester>;
  /** Stores in one's own name what a person has to approve. */
  readonly wishes: boolean;
  readonly readsLog: boolean;
  /** Silences and acknowledges in one's own name. */
  readonly answersAlerts: boolean;
  readonly takesWorkOf: Reach<HostName>;
  readonly answersFor: Reach<HostName>;
  /** Takes the records that people are to be told of. */
  readonly alerts: boolean;
  /** Takes what is asked of builders. */
  readonly builds: boolean;
  /** Asks builders in one's own name. */
  readonly asksBuilds: boolean;
  readonly makesLog: boolean;
  readonly keepsVault: boolean;
  /** Hears the replies to requests of its own, without which nothing works. */
  readonly hearsReplies: boolean;
}

/** Names in the allow list, each with the pattern that it is in; a wildcard is no name. */
const named = <N>(
  { allow = [] }: Rules,
  nameOf: (tokens: readonly string[]) => N | undefined,
): readonly [N, string][] =>
  allow.flatMap((pattern): [N, string][] => {
    const name = nameOf(pattern.split("."));
    return name === undefined ? [] : [[name, pattern]];
  });

/** In an order of their own: a server lists them as it pleases. */
const distinct = <N>(names: readonly N[]): readonly N[] => [...new Set(names)].sort();

/** `every`: what covers all names. `subjectOf`: all of what a name needs to be counted. */
const reach = <N>(
  rules: Rules,
  every: readonly string[],
  nameOf: (tokens: readonly string[]) => N | undefined,
  subjectOf: (name: N, pattern: string) => string,
): Reach<N> => {
  if (every.some((pattern) => allows(rules, pattern))) return "every";
  return distinct(
    named(rules, nameOf)
      .filter(([name, pattern]) => allows(rules, subjectOf(name, pattern)))
      .map(([name]) => name),
  );
};

const isRequest = ([hd, req]: readonly string[]): boolean => hd === "hd" && req === "req";

/** Either name of the API: that of the log's clients, and that of the streams' own account. */
const apis = [logApi, jetStreamApi] as const;

const takes = (rules: Rules, durable: string): boolean =>
  apis.some((api) => allows(rules, `${api}.CONSUMER.MSG.NEXT.${logStream}.${durable}`));

const makes = (rules: Rules, stream: string): boolean => allows(rules, `${jetStreamApi}.STREAM.CREATE.${stream}`);

const overrides: Verb = "override";

/** Whoever may not deploy in spite of a freeze may ask for all the rest. */
const withFreezes = ({ allow, deny }: Rules): Rules => ({
  allow,
  deny: deny.filter((pattern) => pattern.split(".").at(-1) !== overrides),
});

const askingIn = (rules: Rules, requester: Requester): Reach<Tier> =>
  reach(
    rules,
    [`hd.req.${requester}.*.>`],
    (tokens) => (isRequest(tokens) && tokens[2] === requester ? read(Tier, tokens[3]) : undefined),
    (tier) => `hd.req.${requester}.${tier}.>`,
  );

export const abilitiesOf = ({ publish, subscribe }: Limits, requester: Requester): Abilities => ({
  asksIn: askingIn(withFreezes(publish), requester),
  overridesIn: askingIn(publish, requester),
  asksAs: reach(
    withFreezes(publish),
    ["hd.req.*.*.>"],
    (tokens) => (isRequest(tokens) && tokens[2] !== requester ? read(Requester, tokens[2]) : undefined),
    (_, pattern) => pattern,
  ),
  wishes: allows(publish, asksOf(requester)),
  answersAlerts: [silenceSubject, ackSubject].every((subjectOf) => allows(publish, subjectOf(requester))),
  readsLog: apis.some((api) => allows(publish, `${api}.DIRECT.GET.${logStream}`)),
  takesWorkOf: reach(
    publish,
    apis.map((api) => `${api}.CONSUMER.MSG.NEXT.${logStream}.*`),
    (tokens) => (tokens.includes("NEXT") ? hostOfDurable(tokens.at(-1) ?? "") : undefined),
    (_, pattern) => pattern,
  ),
  answersFor: reach(
    publish,
    ["hd.res.*.*.*"],
    ([hd, res, tier, host]) =>
      hd === "hd" && res === "res" && read(Tier, tier) !== undefined ? read(HostName, host) : undefined,
    (_, pattern) => pattern,
  ),
  alerts: takes(publish, serviceDurables.alerter),
  builds: takes(publish, serviceDurables.builder),
  asksBuilds: allows(withFreezes(publish), buildRequestsOf(requester)),
  makesLog: makes(publish, logStream),
  // Whoever owns the streams' account may make any stream, which is no vault there.
  keepsVault: makes(publish, vaultStream) && !makes(publish, logStream),
  hearsReplies: allows(subscribe, `${inboxPrefix(requester)}.>`),
});

const listed = <N extends string>(clause: string, every: string, names: Reach<N>): readonly string[] => {
  if (names === "every") return [`${clause} ${every}`];
  return names.length === 0 ? [] : [`${clause} ${names.join(", ")}`];
};

/** For people, one act each, as clauses that fit after "you may"; none where nothing is allowed that hd does. */
export const abilityWords = (may: Abilities): readonly string[] => [
  ...listed("deploy in", "every tier", may.asksIn),
  ...listed("deploy in spite of a freeze in", "every tier", may.overridesIn),
  ...listed("deploy in the name of", "anyone", may.asksAs),
  ...(may.wishes ? ["wish for what a person has to approve"] : []),
  // To approve is to ask for it in one's own name, once one has read it.
  ...(may.readsLog ? listed("approve wishes in", "every tier", may.asksIn) : []),
  ...(may.asksBuilds ? ["ask for builds"] : []),
  ...(may.readsLog ? ["read the log"] : []),
  ...(may.answersAlerts ? ["silence and acknowledge alerts"] : []),
  ...listed("take the work of", "every host", may.takesWorkOf),
  ...listed("answer for", "every host", may.answersFor),
  ...(may.alerts ? ["take what people are told of"] : []),
  ...(may.builds ? ["take build requests"] : []),
  ...(may.keepsVault ? ["keep the vault's copy"] : []),
  ...(may.makesLog ? ["make and change the log"] : []),
];

/** The names that one may ask in, where one's own is not among them: somebody gave the wrong name with a key. */
export const otherNames = ({ asksIn, asksAs }: Abilities): string | undefined =>
  asksIn === "every" || asksIn.length > 0 || asksAs === "every" || asksAs.length === 0 ? undefined : asksAs.join(", ");
