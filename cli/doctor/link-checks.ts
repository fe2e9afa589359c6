/** The checks of the way to the server and of who one is there. Each is a plain function of what was found out. */
import { type Abilities, abilitiesOf, abilityWords, otherNames } from "../../lib/contract/may-do.ts";
import type { Requester } from "../../lib/contract/names.ts";
import { isLoopback } from "../../lib/contract/server-address.ts";
import type { Clocks, Identified, Server } from "../../lib/router/inspection.ts";
import type { Connection } from "../env.ts";
import { type Finding, fail, ok, skipped, warn } from "./finding.ts";

const sources = ({ servers, requester, origins }: Connection): string => {
  const [server, name] = [servers.join(", "), requester];
  const { servers: first, credentials, requester: last } = origins;
  return first === credentials && credentials === last
    ? `${server} as ${name}, all by the ${first}`
    : `${server} (${first}), credentials: ${credentials}, as ${name} (${last})`;
};

export const settings = (connection: Connection): Finding => {
  const { passedOver } = connection;
  const text = sources(connection);
  return passedOver === undefined
    ? ok("settings", text)
    : warn(
        "settings",
        `${text}; a NATS context is not used: ${passedOver}`,
        "Unset the variable, or choose a context with --context.",
      );
};

/** A server that is too old is not connected to at all. */
export const reached = ({ url, version, clustered }: Server): Finding =>
  ok("server", `${url} runs nats-server ${version}${clustered ? ", in a cluster" : ""}`);

export const encryption = ({ encrypted }: Server, servers: readonly string[]): Finding => {
  if (encrypted) return ok("encryption", "TLS, with a certificate that is trusted here");
  if (servers.every(isLoopback)) return ok("encryption", "none, and none needed on this machine");
  return warn(
    "encryption",
    "none: whoever is on the way reads and alters what is said",
    "Set up tls in the server's configuration, and name the server tls://.",
  );
};

export const identity = (identified: Identified | undefined, shown: string | undefined): Finding => {
  if (identified === undefined) {
    return warn(
      "identity",
      `${shown ?? "nobody in particular"}; the server does not let this identity ask who it is`,
      "Let it publish on $SYS.REQ.USER.INFO.",
    );
  }
  return ok("identity", `${identified.user ?? shown ?? "nobody in particular"} in the account ${identified.account}`);
};

const warnMs = 2_000;
const failMs = 60_000;

const seconds = (ms: number): string => `${(Math.abs(ms) / 1_000).toFixed(1)} s`;

/** Expiry and history rest on clocks that agree. */
export const clocks = (told: Clocks | undefined): Finding => {
  if (told === undefined) return skipped("clock", "the server does not tell its time");
  const aheadMs = told.hereMs - told.serverMs;
  const text = `this machine is ${seconds(aheadMs)} ${aheadMs > 0 ? "ahead of" : "behind"} the server`;
  const remedy = "Let a time service such as chrony or systemd-timesyncd set both clocks.";
  if (Math.abs(aheadMs) > failMs) return fail("clock", text, remedy);
  if (Math.abs(aheadMs) > warnMs) return warn("clock", text, remedy);
  return ok("clock", `${seconds(aheadMs)} apart from the server's`);
};

const elsewhere =
  "Have the permissions of this identity extended on the server, or use another with --context or --as.";

const limited = (may: Abilities, requester: Requester): Finding => {
  const others = otherNames(may);
  if (others !== undefined)
    return fail(
      "permissions",
      `this key may not deploy as ${requester}, but as ${others}`,
      "Give that name with --as.",
    );
  const words = abilityWords(may);
  if (words.length === 0) return fail("permissions", "nothing that hd does is allowed", elsewhere);
  const text = `may ${words.join("; ")}`;
  return may.asksAs.length === 0
    ? ok("permissions", text)
    : warn("permissions", text, "Take the other names out of its permissions: nobody can tell who asked.");
};

const unlimited = (user: string | undefined): Finding =>
  user === undefined
    ? warn(
        "permissions",
        "whoever reaches this server may do anything, also delete the log",
        "Give each identity a key and permissions, as docs/running.md has it.",
      )
    : warn(
        "permissions",
        "this identity may do anything, also delete the log",
        "Keep it for repairs, and deploy with one that has permissions of its own.",
      );

export const permissions = ({ limits, user }: Identified, requester: Requester): Finding =>
  limits === undefined ? unlimited(user) : limited(abilitiesOf(limits, requester), requester);
