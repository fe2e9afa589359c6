/** What a host is doing, and what stands in its way, in a few words each. */
import { firstLine } from "../follow/watched.ts";
import { untilText } from "../print/age.ts";
import { duration } from "../print/duration.ts";
import type { HostLine } from "./host-line.ts";

const active = ({ doing: step, deploying }: HostLine, nowMs: number): string | undefined => {
  if (step !== undefined) {
    const { phase, id } = step.event;
    return `${phase ?? step.status} for ${duration(nowMs - step.atMs)} (${id})`;
  }
  return deploying === undefined ? undefined : `deploying ${deploying}`;
};

/** Of one that does not answer only what it said last. */
const wasActive = ({ state, presence }: HostLine): string | undefined => {
  const doing = state === "present" ? undefined : presence?.doing;
  return doing === undefined ? undefined : `was at ${doing.phase ?? "the start"} of ${doing.id}`;
};

const frozen = ({ presence }: HostLine): string | undefined => {
  const [first, ...more] = presence?.frozen ?? [];
  if (first === undefined) return undefined;
  const end = untilText(first.until === undefined ? undefined : Date.parse(first.until));
  return `frozen by ${first.by} ${end}: ${firstLine(first.reason)}${more.length === 0 ? "" : ` (and ${more.length} more)`}`;
};

const waiting = ({ pending }: HostLine): string | undefined =>
  pending === 0 ? undefined : pending === 1 ? "1 request waits" : `${pending} requests wait`;

const reboot = ({ presence }: HostLine): string | undefined => {
  const reasons = presence?.reboot_needed ?? [];
  return reasons.length === 0 ? undefined : `reboot needed: ${reasons.map(firstLine).join(", ")}`;
};

const unreadable = ({ unreadable: why }: HostLine): string | undefined =>
  why === undefined ? undefined : "what it announced cannot be read";

export const doingText = (line: HostLine, nowMs: number): string => {
  const parts = [active(line, nowMs) ?? wasActive(line), frozen(line), waiting(line), reboot(line), unreadable(line)];
  const told = parts.filter((one) => one !== undefined);
  if (told.length > 0) return told.join("; ");
  return line.state === "present" ? "idle" : "";
};
