/**
 * The names of the contract: hosts, tiers, roles, requesters, repositories, and of alerts the rules and sinks. All follow the
 * rule of NixOS's `networking.hostName`, so that each is exactly one subject token. A reserved word would make two subjects
 * look alike, hence it is no name.
 */
import { type Codec, type Text, text } from "./codec.ts";

const rule = (what: string, reserved: readonly string[]) => ({
  pattern: new RegExp(
    `^${reserved.length > 0 ? `(?!(?:${reserved.join("|")})$)` : ""}[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$`,
  ),
  maxLength: 63,
  sentence: `${what} (letters, digits, - and _, at most 63${reserved.length > 0 ? `, not ${reserved.join(" or ")}` : ""})`,
});

export type HostName = Text<"HostName">;
export type Tier = Text<"Tier">;
export type Role = Text<"Role">;
export type Requester = Text<"Requester">;
export type Repo = Text<"Repo">;
/** What of a repository is built: one of its hosts, or all of them. */
export type BuildTarget = Text<"BuildTarget">;
export type RuleName = Text<"RuleName">;
export type SinkName = Text<"SinkName">;

export const HostName: Codec<HostName> = text("HostName", rule("a host name", ["all", "role"]));
export const Tier: Codec<Tier> = text("Tier", rule("a tier", ["responses", "discover", "build"]));
export const Role: Codec<Role> = text("Role", rule("a role", []));
export const Requester: Codec<Requester> = text("Requester", rule("a requester's name", []));
export const Repo: Codec<Repo> = text("Repo", rule("a repository's name", []));
export const BuildTarget: Codec<BuildTarget> = text("BuildTarget", rule("a host name, or all", ["role"]));
export const RuleName: Codec<RuleName> = text("RuleName", rule("a rule's name", []));
export const SinkName: Codec<SinkName> = text("SinkName", rule("a sink's name", []));

/** The requester of a request that came through the account's subject mapping: NATS vouches for nobody. */
export const unnamed = "unnamed" as Requester;
