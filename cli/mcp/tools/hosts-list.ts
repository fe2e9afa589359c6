/** Who is there, what each host runs and does. */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { choice, integer, list, prose } from "../../../lib/contract/codec.ts";
import { known } from "../../../lib/contract/known.ts";
import { HostName, Requester, Role, Tier } from "../../../lib/contract/names.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { type Decoded, object, optional, required, struct } from "../../../lib/contract/struct.ts";
import { Generation, Instant, instant } from "../../../lib/contract/values.ts";
import { doingText } from "../../hosts/doing-text.ts";
import type { HostLine } from "../../hosts/host-line.ts";
import { readHosts } from "../../hosts/read-hosts.ts";
import { named, placed, row } from "../line.ts";
import { pageArgs, pageFields, pageOf, pageText } from "../paging.ts";
import { oneOf } from "../refuse.ts";
import { type ToolFailure, tool } from "../tool.ts";
import { notesField, noteTaker } from "./notes.ts";

export const HostStateName = choice("HostStateName", ["present", "away", "stopped", "silent", "not enrolled"]);

const Row = struct("host in a list", {
  host: required(HostName, "the host"),
  tier: optional(Tier, "its tier"),
  roles: required(list(Role, 32), "its roles"),
  state: required(
    HostStateName,
    "silent: it takes work but does not answer; stopped: it said good-bye; away: it did not",
  ),
  runs: optional(prose("Runs", 300), "the commit that it runs, by the log; left out: nothing was deployed there"),
  unlike_log: optional(prose("UnlikeLog", 300), "what runs instead, where the host says so"),
  since: optional(Instant, "since when"),
  by: optional(Requester, "by whose request"),
  generation: optional(Generation, "the generation of the system profile"),
  doing: required(prose("Doing", 500), "what it does now, and what stands in its way"),
  waiting: optional(integer("Waiting", 1, Number.MAX_SAFE_INTEGER), "how many requests wait for it"),
});
type Row = Decoded<typeof Row.fields>;

const rowOf = (line: HostLine, nowMs: number): Row => {
  const { host, tier, roles, state, runs, unlikeLog, presence, lastCompleted, pending } = line;
  const told = unlikeLog === undefined ? runs : undefined;
  return known({
    ...{ host, tier, roles, state },
    runs:
      runs && `${runs.commit?.slice(0, 12) ?? runs.revision ?? "unknown"}${runs.action === "test" ? " (test)" : ""}`,
    unlike_log: unlikeLog && [unlikeLog.how, unlikeLog.commit?.slice(0, 12) ?? []].flat().join(" "),
    since: told && instant(told.atMs),
    by: told?.requester as Requester | undefined,
    generation: presence?.generation ?? lastCompleted?.event.generation,
    doing: plain(doingText(line, nowMs), 500),
    waiting: pending === 0 ? undefined : pending,
  });
};

const rowText = ({ host, tier, state, runs = "nothing yet", doing, roles, ...rest }: Row): string =>
  row(
    placed(tier, host),
    state,
    `runs ${runs}`,
    named({ roles: roles.length === 0 ? undefined : roles, ...rest }),
    doing,
  );

const strange = (lines: readonly HostLine[], tier: Tier | undefined, role: Role | undefined): ToolFailure | undefined =>
  oneOf(
    "tier",
    tier,
    lines.map((line) => line.tier),
  ) ??
  oneOf(
    "role",
    role,
    lines.flatMap((line) => line.roles),
  );

export const hostsList = tool({
  name: "hosts_list",
  aliases: ["list_hosts"],
  title: "List hosts",
  description:
    "Who is there: every host with its tier, roles and state, the commit it runs and what it is doing now. " +
    "Use it to find names; host_get tells one host in full, fleet_status tells which differ from their tier.",
  need: "read",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: struct("arguments of hosts_list", {
    tier: optional(Tier, "only this tier"),
    role: optional(Role, "only hosts with this role"),
    state: optional(HostStateName, "only hosts in this state"),
    ...pageArgs(50, 200),
  }),
  output: struct("answer of hosts_list", {
    hosts: required(list(object(Row), 200), "tier by tier"),
    ...pageFields,
    notes: notesField,
  }),
  run:
    ({ tier, role, state, ...page }, { identity, options, now }) =>
    async () => {
      const { notes, say } = noteTaker();
      const lines = await readHosts(identity.bus, { discoverSubject: options.discoverSubject, say });
      if (isLeft(lines)) return lines;
      const wrong = strange(lines.right, tier, role);
      if (wrong !== undefined) return left(wrong);
      const rows = lines.right
        .filter((line) => tier === undefined || line.tier === tier)
        .filter((line) => role === undefined || line.roles.includes(role))
        .filter((line) => state === undefined || line.state === state)
        .map((line) => rowOf(line, now()));
      const { rows: hosts, ...rest } = pageOf(rows, page, rowText);
      return right({ hosts, ...rest, notes });
    },
  text: ({ hosts, notes, ...page }) =>
    [...hosts.map(rowText), pageText("hosts_list", page, hosts.length), ...notes].join("\n"),
});
