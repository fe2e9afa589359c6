/**
 * Flake URLs: which ones a listener accepts, and the references made from them. What passes here is put into the argv of
 * git, Nix and nixos-rebuild. `ref` and `rev` are always hd's own: a URL that brings them would deploy something else
 * than the log says, so it is refused. Print `redacted` only: a URL may carry a password or a token.
 */
import { type Either, filterOrElse, left, right } from "fp-ts/lib/Either.js";
import type { HostName } from "../contract/names.ts";
import type { Resolved } from "../host/engine.ts";

export interface FlakeUrl {
  /** What git is asked: the URL without `git+` and without its query. */
  readonly remote: string;
  /** For messages and logs: without password, token or query. */
  readonly redacted: string;
  /** The query as it was given, without `?`. */
  readonly query: string;
}

/** Set by hd, or by a lock file; `narHash` and its like pin one tree and would fail for every other revision. */
const reserved: readonly string[] = ["ref", "rev", "narHash", "lastModified", "revCount"];

const sentence =
  "a git repository: git+https://…, git+ssh://…, git+file:///…, git+http://…, https://….git, ssh://… or user@host:path";

/** Host and user begin with a letter or digit: ssh would read a leading `-` as an option. */
const form =
  /^git\+(?<scheme>https|http|ssh|file):\/\/(?:(?<user>\w[^@/?]*)@)?(?<host>(?:\w[\w.-]*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?)?(?<path>\/[^?]+)(?:\?(?<query>.*))?$/;

/** `user@host:path` means ssh to git; a path that is not absolute is taken as forges take it. */
const scpLike = /^(?<where>\w[\w.-]*@[A-Za-z0-9][\w.-]*):\/?(?<rest>[^/].*)$/;

const normalised = (text: string): string => {
  if (/^https?:\/\/[^?]+\.git(?:\?|$)/.test(text) || text.startsWith("ssh://")) return `git+${text}`;
  return text.replace(scpLike, "git+ssh://$<where>/$<rest>");
};

/** Over http a user name alone may be a token; over ssh it is needed to understand the URL. */
const redact = ({ scheme, user, host, path }: Record<"scheme" | "user" | "host" | "path", string>): string => {
  const shown = scheme === "ssh" ? user.replace(/:.*/s, ":***") : "***";
  return `${scheme}://${user === "" ? "" : `${shown}@`}${host}${path}`;
};

const refuseQuery = (query: string): string | undefined => {
  const names = query === "" ? [] : query.split("&").map((pair) => pair.split("=")[0] ?? "");
  const taken = names.find((name) => reserved.includes(name));
  if (taken !== undefined) return `the flake URL sets ${taken}; leave it out, the revision comes with each request`;
  return names.some((name) => name.includes("%")) ? "the flake URL hides the name of a parameter behind %" : undefined;
};

const hasMalformedEscape = (text: string): boolean => /%(?![0-9a-fA-F]{2})/.test(text);

/** Left: a clause that says what is wrong and never repeats the URL, which may hold a secret. */
export const parseFlakeUrl = (text: string): Either<string, FlakeUrl> => {
  if (!/^[!-~]{0,2000}$/.test(text))
    return left("the flake URL holds a blank, a control character or a letter to be %-encoded");
  if (/[$#"'\\`<>^{|}]/.test(text)) return left("the flake URL holds one of $ # \" ' \\ ` < > ^ { | }; %-encode it");
  const { scheme, user = "", host = "", path = "", query = "" } = form.exec(normalised(text))?.groups ?? {};
  const isHostWrong = scheme === "file" ? host !== "" || user !== "" : host === "";
  if (scheme === undefined || isHostWrong || hasMalformedEscape(text))
    return left(`the flake URL must name ${sentence}`);
  const refusal = refuseQuery(query);
  if (refusal !== undefined) return left(refusal);
  const redacted = redact({ scheme, user, host, path });
  return right({ remote: `${scheme}://${user === "" ? "" : `${user}@`}${host}${path}`, redacted, query });
};

/** Over http a user alone may be a token; over ssh it is whom the server knows. */
const secretIn = /^(?:https?:\/\/[^/]*@|ssh:\/\/[^/@]*:[^/@]*@)/;

/** As `parseFlakeUrl`, without what would be read in the argv of git and Nix by every user of the machine. */
export const parseRepoUrl = (text: string): Either<string, FlakeUrl> =>
  filterOrElse(
    ({ remote }: FlakeUrl) => !secretIn.test(remote),
    () =>
      "its URL holds a password, or a user over http, and every user of the machine could read it; take it out, and put it where gitCredentialsFile of the NixOS module, or another helper, gives git's credentials",
  )(parseFlakeUrl(text));

/** The folder of the repository that the flake is in, relative to its top. */
export const flakeFolder = ({ query }: FlakeUrl): string => new URLSearchParams(query).get("dir") ?? "";

/** Slashes stay, so that a reference can be read; the rest of what a ref may hold would be read as part of the URL. */
const encodeRef = (ref: string): string => encodeURIComponent(ref).replaceAll("%2F", "/");

/** Ref and commit together: Nix before 2.9 finds a commit only by a ref that contains it. */
export const pinned = ({ remote, query }: FlakeUrl, { commit, ref }: Resolved): string =>
  `git+${remote}?${query === "" ? "" : `${query}&`}ref=${encodeRef(ref)}&rev=${commit}`;

/** What nixos-rebuild takes for `--flake`. */
export const pinnedHost = (flake: FlakeUrl, resolved: Resolved, host: HostName): string =>
  `${pinned(flake, resolved)}#${host}`;

/** What `nix build` takes for the system of a host. */
export const toplevel = (flake: FlakeUrl, resolved: Resolved, host: HostName): string =>
  `${pinned(flake, resolved)}#nixosConfigurations."${host}".config.system.build.toplevel`;
