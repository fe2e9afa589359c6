/** What every host runs, now or at a time, and which differ from their tier. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { integer, list, prose, toggle } from "../../../lib/contract/codec.ts";
import { Tier } from "../../../lib/contract/names.ts";
import { type Decoded, defaulted, object, optional, required, struct } from "../../../lib/contract/struct.ts";
import { Instant, instant } from "../../../lib/contract/values.ts";
import { pastArg } from "../../args/moment-arg.ts";
import { readFleet } from "../../status/read-status.ts";
import type { StatusLine } from "../../status/status-line.ts";
import { pageArgs, pageFields, pageOf, pageText } from "../paging.ts";
import { hostsBy, oneOf } from "../refuse.ts";
import { type ToolFailure, tool } from "../tool.ts";
import { FleetRow, fleetRow, fleetText } from "./fleet-row.ts";
import { Moment, momentForms, momentOf } from "./moment.ts";
import { notesField, noteTaker } from "./notes.ts";

const Input = struct("arguments of fleet_status", {
  at: optional(Moment, `as of a past moment: ${momentForms}; left out: now`),
  tier: optional(Tier, "only this tier"),
  hosts: defaulted(
    list(prose("HostWord", 200), 100),
    [],
    "only these: web1, prod/web1, prod, prod/role/web or an alias; none: all",
  ),
  drift: defaulted(toggle("DriftOnly"), false, "only hosts that do not run the newest of their tier"),
  ...pageArgs(50, 200),
});
type Input = Decoded<typeof Input.fields>;

type Wanted = Either<ToolFailure, readonly StatusLine[]>;

const wanted = (
  lines: readonly StatusLine[],
  { tier, hosts, drift }: Input,
  meant: (all: readonly StatusLine[], words: readonly string[]) => Wanted,
): Wanted => {
  const wrong = oneOf(
    "tier",
    tier,
    lines.map((line) => line.tier),
  );
  if (wrong !== undefined) return left(wrong);
  const chosen = meant(lines, hosts);
  if (isLeft(chosen)) return chosen;
  const ofTier = chosen.right.filter((line) => tier === undefined || line.tier === tier);
  return right(ofTier.filter((line) => !drift || line.drift !== undefined));
};

export const fleetStatus = tool({
  name: "fleet_status",
  title: "Status of the fleet",
  description:
    "What every host runs, now or as of a past moment: commit, since when, by whose request, and how it differs from the newest " +
    "of its tier (drift). Use drift: true to see only hosts that lag behind; deployment_get with an id tells how one came there.",
  need: "read",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: Input,
  output: struct("answer of fleet_status", {
    as_of: required(Instant, "the moment that it is about"),
    as_of_seq: required(integer("AsOfSeq", 0, Number.MAX_SAFE_INTEGER), "the last record of the log that counts"),
    drifting: required(integer("Drifting", 0, Number.MAX_SAFE_INTEGER), "how many of all that match drift"),
    hosts: required(list(object(FleetRow), 200), "tier by tier"),
    ...pageFields,
    notes: notesField,
  }),
  run:
    ({ at, ...input }, { identity, options, now }) =>
    async () => {
      const atMs = momentOf("at", at, pastArg(now));
      if (isLeft(atMs)) return atMs;
      const { notes, say } = noteTaker();
      const status = await readFleet(identity.bus, { atMs: atMs.right, nowMs: now() }, say);
      if (isLeft(status)) return status;
      const lines = wanted(status.right.lines, input, (all, words) => hostsBy(all, words, options));
      if (isLeft(lines)) return lines;
      const { place } = status.right;
      const { rows, ...page } = pageOf(
        lines.right.map((line) => fleetRow(line, now())),
        input,
        fleetText,
      );
      const drifting = lines.right.filter((line) => line.drift !== undefined).length;
      return right({ as_of: instant(place.atMs), as_of_seq: place.seq, drifting, hosts: rows, ...page, notes });
    },
  text: ({ as_of, as_of_seq, drifting, hosts, notes, ...page }) =>
    [
      `as of ${as_of} (record ${as_of_seq}); ${drifting} of ${page.total} drift`,
      ...hosts.map(fleetText),
      pageText("fleet_status", page, hosts.length),
      ...notes,
    ].join("\n"),
});
