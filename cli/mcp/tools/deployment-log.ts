/**
 * What a job said when it failed: the last lines, which its record carries. The log holds no more of a job's output, and none of
 * one that went well; an answer without lines says so, because a model would take nothing for silence.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { integer, list, prose } from "../../../lib/contract/codec.ts";
import { logTailLines } from "../../../lib/contract/deploy-event.ts";
import { known } from "../../../lib/contract/known.ts";
import { HostName } from "../../../lib/contract/names.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { type Args, defaulted, optional, required, struct } from "../../../lib/contract/struct.ts";
import { ErrorCode, LogLine, Phase, RequestId } from "../../../lib/contract/values.ts";
import { type Deployment, deploymentBy, type HostPart } from "../deployment.ts";
import { listed } from "../line.ts";
import { bytesOf, fittingIn, room } from "../paging.ts";
import { oneOf } from "../refuse.ts";
import { type ToolFailure, tool } from "../tool.ts";
import { HostStatus } from "./deployment-host.ts";

const messageLength = 2_000;

const Output = struct("answer of deployment_log", {
  id: required(RequestId, "the request"),
  host: required(HostName, "the host"),
  status: required(HostStatus, "how far it is; waiting: it has not answered"),
  error: optional(ErrorCode, "why it failed"),
  phase: optional(Phase, "the phase in which it ended"),
  message: optional(prose("LogMessage", messageLength), "what happened"),
  lines: required(list(LogLine, logTailLines), "the last lines of the job's output, as the log has them"),
  note: required(prose("LogNote", 500), "what is not there, and where it is"),
});
type Output = Args<typeof Output.fields>;

const tailOf = ({ records }: HostPart): readonly string[] =>
  records.map(({ event }) => event.log_tail).findLast((tail) => tail !== undefined) ?? [];

const choose = (parts: readonly HostPart[], host: HostName | undefined): Either<ToolFailure, HostPart> => {
  const meant =
    host === undefined ? parts.filter((part) => tailOf(part).length > 0) : parts.filter((part) => part.host === host);
  const [one, ...more] = meant.length === 0 && parts.length === 1 ? parts : meant;
  if (one !== undefined && more.length === 0) return right(one);
  return left({
    code: "invalid_request",
    message: `${meant.length === 0 ? "No host" : `${meant.length} hosts`} of this deployment left output of a failure.`,
    hint: "Give host: one of those that are known.",
    known: (meant.length === 0 ? parts : meant).slice(0, 50).map((part) => part.host),
  });
};

const noteOf = (status: Output["status"], told: number, all: number): string => {
  const rest = "The whole output is in the journal of the host itself, of the unit that ran the job.";
  if (status === "failed" && all > 0)
    return `The log holds at most the last ${logTailLines} lines of a failed job, here ${told} of ${all}. ${rest}`;
  return `The log holds output of jobs that failed only, and there is none of this one. ${rest}`;
};

/** How much of a line that does not fit: next to the longest message there is room for it. */
const cutLength = 600;

/** The last ones tell most; always one. */
const lastFitting = (lines: readonly string[], beside: string): readonly string[] => {
  const told = fittingIn(lines.toReversed(), (line) => line, room - bytesOf(JSON.stringify(beside))).toReversed();
  return told.length === 0 ? lines.slice(-1).map((line) => plain(line, cutLength)) : told;
};

const answerOf = ({ request }: Deployment, part: HostPart, lines: number): Output => {
  const last = part.records.at(-1);
  const all = tailOf(part).map((line) => plain(line, messageLength));
  const message = last && plain(last.event.message, messageLength);
  const told = lastFitting(all.slice(-lines), message ?? "");
  const status = last?.status ?? "waiting";
  return known({
    ...{ id: request.id, host: part.host, status },
    ...{ error: last?.event.error ?? undefined, phase: last?.event.phase ?? undefined },
    message,
    ...{ lines: told, note: noteOf(status, told.length, all.length) },
  });
};

export const deploymentLog = tool({
  name: "deployment_log",
  title: "Output of a failed job",
  description:
    "The last lines of the output of a job that failed, on one host, as its record in the log carries them. " +
    "Use it after deployment_get has told which host failed.",
  need: "read",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: struct("arguments of deployment_log", {
    id: required(RequestId, "the request, as deployments_list has it"),
    host: optional(HostName, "the host; may be left out where one host failed"),
    lines: defaulted(integer("Lines", 1, logTailLines), logTailLines, "at most so many, the last ones"),
  }),
  output: Output,
  run:
    ({ id, host, lines }, { identity, options }) =>
    async () => {
      const found = await deploymentBy(identity.bus, { id, scan: false }, options.repeated);
      if (isLeft(found)) return found;
      const { parts } = found.right;
      const wrong = oneOf(
        "host of this deployment",
        host,
        parts.map((part) => part.host),
      );
      const part = wrong === undefined ? choose(parts, host) : left(wrong);
      return isLeft(part) ? part : right(answerOf(found.right, part.right, lines));
    },
  text: ({ lines, note, ...rest }) => [...listed(rest), ...lines, note].join("\n"),
});
