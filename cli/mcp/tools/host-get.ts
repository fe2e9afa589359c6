/** One host in full: what it runs and does, how it differs from its tier, and what was deployed there last. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import { integer, list, prose, read, toggle } from "../../../lib/contract/codec.ts";
import { known } from "../../../lib/contract/known.ts";
import { Role } from "../../../lib/contract/names.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { type Args, defaulted, object, optional, required, struct } from "../../../lib/contract/struct.ts";
import { Instant, instant, StorePath, Version } from "../../../lib/contract/values.ts";
import { history } from "../../../streams/history.ts";
import { doingText } from "../../hosts/doing-text.ts";
import type { HostLine } from "../../hosts/host-line.ts";
import { readHosts } from "../../hosts/read-hosts.ts";
import { readFleet } from "../../status/read-status.ts";
import type { StatusLine } from "../../status/status-line.ts";
import { listed } from "../line.ts";
import { hostBy } from "../refuse.ts";
import { type ToolContext, tool } from "../tool.ts";
import { DeploymentRow, deploymentRow, deploymentText } from "./deployment-row.ts";
import { FleetRow, fleetRow, fleetText } from "./fleet-row.ts";
import { HostStateName } from "./hosts-list.ts";
import { notesField, noteTaker } from "./notes.ts";

const doingLength = 1_000;

const Output = struct("answer of host_get", {
  ...FleetRow.fields,
  roles: required(list(Role, 32), "its roles"),
  targets: required(list(prose("Address", 300), 64), "what a deployment may address it by"),
  state: required(
    HostStateName,
    "silent: it takes work but does not answer; stopped: it said good-bye; away: it did not",
  ),
  doing: required(prose("Doing", doingLength), "what it does now, and what stands in its way"),
  waiting: required(integer("Waiting", 0, Number.MAX_SAFE_INTEGER), "how many requests wait for it"),
  seen_at: optional(Instant, "when it announced itself last"),
  booted_at: optional(Instant, "when it was booted, by its own clock"),
  version: optional(Version, "the version of its listener"),
  closure: optional(StorePath, "the system that it runs, by the log"),
  reboot_needed: optional(list(prose("RebootReason", 64), 16), "what runs only after a reboot"),
  simulated: optional(toggle("Simulated"), "true when a stand-in for Nix takes its place"),
  deployments: required(list(object(DeploymentRow), 20), "what was asked of it last, newest first"),
  notes: notesField,
});
type Output = Args<typeof Output.fields>;

const closureOf = ({ runs }: StatusLine): Output["closure"] => (runs.is === "system" ? runs.closure : undefined);

const seenOf = ({ presence, seenAtMs, version, simulated }: Partial<HostLine>) => ({
  ...{ seen_at: seenAtMs === undefined ? undefined : instant(seenAtMs), booted_at: presence?.booted_at },
  version: read(Version, version),
  ...{ reboot_needed: presence?.reboot_needed, simulated: simulated || undefined },
});

const partsOf = (status: StatusLine, line: HostLine | undefined, nowMs: number) => ({
  ...fleetRow(status, nowMs),
  roles: line?.roles ?? [],
  targets: status.addresses.map((address) => plain(address.replace(/^deploy\./, "").replaceAll(".", "/"), 300)),
  ...{ state: line?.state ?? ("not enrolled" as const), waiting: line?.pending ?? 0, closure: closureOf(status) },
  doing: line === undefined ? "" : plain(doingText(line, nowMs), doingLength),
  ...seenOf(line ?? {}),
});

type Env = Pick<ToolContext, "identity" | "options" | "now">;

const look = async ({ identity: { bus }, options, now }: Env, word: string, deployments: number) => {
  const { notes, say } = noteTaker();
  const status = await readFleet(bus, { atMs: undefined, nowMs: now() }, say);
  if (isLeft(status)) return status;
  const one = hostBy(status.right.lines, word, options);
  if (isLeft(one)) return one;
  const { host } = one.right;
  const [lines, page] = await Promise.all([
    readHosts(bus, { discoverSubject: options.discoverSubject, say: () => {} }),
    deployments === 0 ? right({ rows: [] }) : history(bus.log)({ limit: deployments, host })(),
  ]);
  if (isLeft(lines)) return lines;
  if (isLeft(page)) return page;
  const line = lines.right.find((known) => known.host === host);
  return right({ ...partsOf(one.right, line, now()), deployments: page.right.rows.map(deploymentRow), notes });
};

const headText = ({ deployments: _, notes: __, ...rest }: Output): readonly string[] => {
  const { host, tier, runs, generation, since, by, id, drift, note, ...more } = rest;
  const row = known({ host, tier, runs, generation, since, by, id, drift, note });
  return [fleetText(row), ...listed(more)];
};

export const hostGet = tool({
  name: "host_get",
  title: "Show a host",
  description:
    "One host in full: what it runs and since when, by whose request, how that differs from the newest of its tier, what it is doing, " +
    "what stands in its way (freeze, reboot), and its last deployments.",
  need: "read",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: struct("arguments of host_get", {
    host: required(prose("HostWord", 200), "the host: web1 or prod/web1"),
    deployments: defaulted(integer("DeploymentsLimit", 0, 20), 5, "how many of its last deployments to tell"),
  }),
  output: Output,
  run:
    ({ host, deployments }, context) =>
    async () => {
      const found = await look(context, host, deployments);
      return isLeft(found) ? found : right(known(found.right));
    },
  text: (output) =>
    [
      ...headText(output),
      "deployments, newest first:",
      ...output.deployments.map(deploymentText),
      ...output.notes,
    ].join("\n"),
});
