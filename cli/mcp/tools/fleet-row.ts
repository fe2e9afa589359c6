/** A host in the status of the fleet, as tools answer with it. */
import { choice, prose } from "../../../lib/contract/codec.ts";
import { known } from "../../../lib/contract/known.ts";
import { HostName, Requester, Tier } from "../../../lib/contract/names.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { type Decoded, optional, required, struct } from "../../../lib/contract/struct.ts";
import { Generation, Instant, instant, RequestId } from "../../../lib/contract/values.ts";
import { unpainted } from "../../print/paint.ts";
import type { StatusLine } from "../../status/status-line.ts";
import { noteText, runsText } from "../../status/status-table.ts";
import { named, placed, row } from "../line.ts";

const noteLength = 400;

export const FleetRow = struct("host in the status of the fleet", {
  host: required(HostName, "the host"),
  tier: optional(Tier, "its tier"),
  runs: required(prose("Runs", 300), "the commit that it runs; * after it: simulated"),
  generation: optional(Generation, "the generation that will boot"),
  since: optional(Instant, "since when it runs that"),
  by: optional(Requester, "by whose request"),
  id: optional(RequestId, "that request: deployment_get tells all of it"),
  drift: optional(
    choice("DriftKind", ["behind", "tried", "reboot", "unlike_log", "unknown", "never_deployed"]),
    "how it differs from the newest of its tier; left out: not at all",
  ),
  note: optional(prose("Note", noteLength), "what else there is to say: drift, failures, reboots, what will boot"),
});
export type FleetRow = Decoded<typeof FleetRow.fields>;

export const fleetRow = (line: StatusLine, nowMs: number): FleetRow => {
  const { host, tier, runs, boots, unlike, drift } = line;
  // Times, not ages: what a model reads may be old by the time it is told on.
  const note = noteText(line, { paint: unpainted, width: undefined, nowMs, isPast: true });
  const told = (runs.is === "system" || runs.is === "unknown") && unlike === undefined ? runs : undefined;
  return known({
    ...{ host, tier, runs: plain(runsText(line, unpainted), 300) },
    generation: boots.is === "system" ? boots.generation : undefined,
    since: told && instant(told.since.atMs),
    by: told?.by?.requester as Requester | undefined,
    id: told?.by?.id,
    drift: drift?.kind,
    note: note === "" ? undefined : plain(note, noteLength),
  });
};

export const fleetText = ({ host, tier, runs, drift, note = "", ...rest }: FleetRow): string =>
  row(placed(tier, host), `runs ${runs}`, named(rest), drift === undefined ? "" : `drift: ${drift}`, note);
