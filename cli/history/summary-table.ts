/** `hd history --summary` for people: a line for each host, then, if they are asked for, one for each of its phases. */
import type { DeploymentTimes, Times } from "../../streams/deployment-times.ts";
import type { HostSummary, Last } from "../../streams/history-summary.ts";
import { age } from "../print/age.ts";
import { duration } from "../print/duration.ts";
import { table } from "../print/table.ts";
import type { HistoryTableOptions } from "./history-table.ts";

/** Of what was carried out: a refusal is no failure of the deployment. */
export const failedShare = ({ completed, failed }: HostSummary["ended"]): number | undefined =>
  completed + failed === 0 ? undefined : failed / (completed + failed);

const lastText = (record: Last | undefined, nowMs: number): string => {
  if (record === undefined) return "";
  if (record.kind === "unreadable") return `${age(record.atMs, nowMs)} unreadable`;
  const { commit, error } = record.event;
  return [age(record.atMs, nowMs), commit?.slice(0, 7) ?? [], error ?? []].flat().join(" ");
};

const percent = (share: number | undefined): string =>
  share === undefined ? "" : `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

const timesCells = (times: Times | undefined): readonly string[] =>
  times === undefined ? ["", "", ""] : [duration(times.medianMs), duration(times.p95Ms), `${times.count}`];

const hostCells = (summary: HostSummary, { nowMs, paint }: HistoryTableOptions): readonly string[] => {
  const { tier, host, ended, lastCompleted, lastFailed, times } = summary;
  const failed = percent(failedShare(ended));
  return [
    ...[`${tier}/${host}`, lastText(lastCompleted, nowMs), lastText(lastFailed, nowMs)],
    ...[`${ended.completed}`, ended.failed > 0 ? paint.red(`${ended.failed}`) : "0", `${ended.rejected}`, failed],
    ...timesCells(times.whole),
  ];
};

const phaseRows = (tier: string, host: string, { phases }: DeploymentTimes): readonly (readonly string[])[] =>
  [...phases].map(([phase, times]) => [`${tier}/${host}`, phase, ...timesCells(times)]);

/** `NEWEST`: of how many of the newest deployments the times are. */
export const summaryTable = (hosts: readonly HostSummary[], options: HistoryTableOptions): string => {
  if (hosts.length === 0) return "nothing in the log matches\n";
  const ends = ["COMPLETED", "FAILED", "REJECTED", "FAILED %"];
  const head = ["HOST", "LAST SUCCESS", "LAST FAILURE", ...ends, "MEDIAN", "P95", "SAMPLE"];
  const rows = hosts.map((host) => hostCells(host, options));
  const phases = hosts.flatMap(({ tier, host, times }) => phaseRows(tier, host, times));
  const below = phases.length === 0 ? "" : `\n${table(["HOST", "PHASE", "MEDIAN", "P95", "SAMPLE"], phases, options)}`;
  return `${table(head, rows, options)}${below}`;
};
