/** Completes what a person types into a client, from the live fleet: hosts, targets, tiers, and ids of requests. */
import { CompleteRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { isLeft } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../lib/contract/address.ts";
import type { Bus, Enrolled } from "../../lib/router/ports.ts";
import { knownAddresses, rolesOfHost, tierOfHost } from "../../streams/roster.ts";
import { byText } from "../print/by-text.ts";
import type { ServerOf } from "./sdk.ts";
import type { Session } from "./session.ts";

/** As the protocol has it. */
const most = 100;

/** The newest ones are those that people mean. */
const newestIds = async ({ log }: Bus): Promise<readonly string[]> => {
  const { history } = await import("../../streams/history.ts");
  const page = await history(log)({ limit: most })();
  return isLeft(page) ? [] : [...new Set(page.right.rows.flatMap(({ id }) => id ?? []))];
};

const ofFleet =
  (names: (enrolled: readonly Enrolled[]) => readonly string[]) =>
  async ({ roster }: Bus): Promise<readonly string[]> => {
    const enrolled = await roster.enrolled()();
    return isLeft(enrolled) ? [] : [...new Set(names(enrolled.right))].sort(byText);
  };

/** By the names of arguments and of variables in URIs. */
const sources: Readonly<Record<string, (bus: Bus) => Promise<readonly string[]>>> = {
  host: ofFleet((all) => all.map(({ hostname }) => hostname)),
  role: ofFleet((all) => all.flatMap(rolesOfHost)),
  tier: ofFleet((all) => all.flatMap((one) => tierOfHost(one) ?? [])),
  target: ofFleet((all) => knownAddresses(all).map(shortAddress)),
  id: newestIds,
};

const fitting = (all: readonly string[], typed: string): readonly string[] => {
  const word = typed.toLowerCase();
  const begins = all.filter((one) => one.toLowerCase().startsWith(word));
  return [...begins, ...all.filter((one) => !begins.includes(one) && one.toLowerCase().includes(word))];
};

const valuesFor = async ({ identity }: Session, name: string): Promise<readonly string[]> => {
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  const found = source && (await identity());
  return source === undefined || found === undefined || isLeft(found) ? [] : source(found.right.bus);
};

export const offerCompletion = (server: ServerOf, session: Session): void => {
  server.setRequestHandler(CompleteRequestSchema, async ({ params: { argument } }) => {
    const all = fitting(await valuesFor(session, argument.name), argument.value);
    return { completion: { values: all.slice(0, most), total: all.length, hasMore: all.length > most } };
  });
};
