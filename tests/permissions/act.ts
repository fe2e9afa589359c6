/**
 * An act as data: what somebody may try on the server, and for whom it has to work. For everyone else NATS has to deny it;
 * the few whom NATS lets through without it coming to anything are named.
 */
import type { Client, Outcome, RequestOptions } from "./client.ts";
import type { Stage } from "./world.ts";

export const groups = [
  "ask",
  "answer",
  "live",
  "read the log",
  "take work",
  "consumers",
  "the log itself",
  "presence",
  "alerts",
  "the vault",
  "the server",
] as const;

export interface Act {
  readonly group: (typeof groups)[number];
  /** Fits after "alice may": what is tried. */
  readonly name: string;
  /** For whom it has to work. */
  readonly by: readonly string[];
  /** Whom NATS lets through, and who gets nothing for it. */
  readonly vain: readonly string[];
  /** For whom it is not tried, because NATS cannot deny it and it would destroy what the rest is tried on. */
  readonly spared: readonly string[];
  /** The record that it adds to the log where it works. */
  readonly stores: string | undefined;
  readonly run: (client: Client, stage: Stage) => Promise<Outcome>;
}

type Whom = Partial<Pick<Act, "vain" | "spared" | "stores">>;

export const act = (
  group: Act["group"],
  name: string,
  by: readonly string[],
  run: Act["run"],
  { vain = [], spared = [], stores }: Whom = {},
): Act => ({ group, name, by, vain, spared, stores, run });

/** A request that is answered. */
export const asks = (
  group: Act["group"],
  subject: string,
  by: readonly string[],
  { body = "", ...whom }: Whom & { readonly body?: string | object } = {},
): Act => act(group, subject, by, (client) => client.request(subject, body), whom);

/** A record for the log. */
export const records = (group: Act["group"], subject: string, by: readonly string[]): Act =>
  asks(group, subject, by, { body: "{}", stores: subject });

/** A message that nobody has to answer. */
export const tells = (group: Act["group"], subject: string, by: readonly string[], options: RequestOptions = {}): Act =>
  act(group, `publish ${subject}`, by, (client) => client.request(subject, "{}", { ...options, isOneWay: true }));

export const listens = (group: Act["group"], subject: string, by: readonly string[], queue?: string): Act =>
  act(group, `subscribe ${subject}${queue === undefined ? "" : " in a queue"}`, by, (client) =>
    client.subscribe(subject, queue),
  );
