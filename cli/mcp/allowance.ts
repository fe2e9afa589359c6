/**
 * Which tools a session has: what the flags allow, what the key may do, and, over HTTP, what the token is for. What is left out
 * is not listed. It is a courtesy to the model: the boundary is what NATS lets the key do.
 */
import type { Abilities } from "../../lib/contract/may-do.ts";
import type { Need, Tool } from "./tool.ts";

/** What a token is for; each takes in those before it. */
export const scopes = ["read", "deploy", "admin"] as const;
export type Scope = (typeof scopes)[number];

export interface Allowance {
  /** What the flags allow. */
  readonly offers: { readonly admin: boolean; readonly builds: boolean };
  /** `undefined`: not told, or without limits. */
  readonly may: Abilities | undefined;
  /** `undefined`: not by a token, so all of it. */
  readonly scope: Scope | undefined;
}

const scopeFor: Readonly<Record<Need, Scope>> = { read: "read", deploy: "deploy", build: "deploy", admin: "admin" };

const inScope = (need: Need, scope: Scope = "admin"): boolean =>
  scopes.indexOf(scopeFor[need]) <= scopes.indexOf(scope);

const asksSomewhere = ({ asksIn }: Abilities): boolean => asksIn === "every" || asksIn.length > 0;

const byKey = (need: Need, may: Abilities | undefined): boolean => {
  if (may === undefined || need === "admin") return true;
  if (need === "build") return may.asksBuilds;
  return need === "read" ? may.readsLog : asksSomewhere(may);
};

/** Why a tool is not there, as a sentence. `undefined`: it is. */
export const withheld = ({ need }: Pick<Tool, "need">, { offers, may, scope }: Allowance): string | undefined => {
  if (need === "admin" && !offers.admin) return "The server was not started with --enable-admin.";
  if (need === "build" && !offers.builds) return "The server was not started with --enable-builds.";
  if (!inScope(need, scope)) return `The token is for ${scope}, and this needs one for ${scopeFor[need]}.`;
  return byKey(need, may) ? undefined : "The server's key may not do this.";
};
