/** The history of deployments, with all filters of `hd history`; or, by `summary`, how each host did in all. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { integer, list, prose, toggle } from "../../../lib/contract/codec.ts";
import { Requester, Role, Tier } from "../../../lib/contract/names.ts";
import {
  type Args,
  type Decoded,
  defaulted,
  object,
  optional,
  required,
  struct,
} from "../../../lib/contract/struct.ts";
import { RequestId } from "../../../lib/contract/values.ts";
import type { Bus } from "../../../lib/router/ports.ts";
import { type HistoryPage, history } from "../../../streams/history.ts";
import type { HistoryQuery } from "../../../streams/history-query.ts";
import { historySummary } from "../../../streams/history-summary.ts";
import { momentArg } from "../../args/moment-arg.ts";
import { Asked, contradiction, placeArg, RowStatus } from "../../history/query.ts";
import { fitting, pageArgs, pageFields, pageOf, pageText } from "../paging.ts";
import { unknownName, wrongArgument } from "../refuse.ts";
import { type ToolFailure, tool } from "../tool.ts";
import { DeploymentRow, deploymentRow, deploymentText } from "./deployment-row.ts";
import { Moment, momentForms, momentOf } from "./moment.ts";
import { SummaryRow, summaryRow, summaryText } from "./summary-row.ts";

const Before = integer("Before", 1, Number.MAX_SAFE_INTEGER);

const Input = struct("arguments of deployments_list", {
  host: optional(prose("HostWord", 200), "only this host: web1, or prod/web1"),
  tier: optional(Tier, "only this tier"),
  role: optional(Role, "only requests to this role"),
  requester: optional(Requester, "only what this requester asked for"),
  status: optional(RowStatus, "only those that are now so"),
  action: optional(Asked, "only this action"),
  id: optional(RequestId, "only this request"),
  since: optional(Moment, `only what was recorded since: ${momentForms}`),
  until: optional(Moment, "only what was recorded until then"),
  before: optional(Before, "only what stands before this record: next_before of the page before"),
  scan: defaulted(toggle("Scan"), false, "look through as much of the log as it takes"),
  summary: defaulted(toggle("Summary"), false, "how each host did in all, not single deployments"),
  ...pageArgs(20, 100),
});
type Input = Decoded<typeof Input.fields>;

/** What is of single deployments alone. */
const ofOne = ["role", "requester", "status", "action", "id"] as const;

const misplaced = (input: Input): ToolFailure | undefined => {
  const other = ofOne.find((name) => input[name] !== undefined);
  if (input.summary && other !== undefined)
    return wrongArgument(`summary goes with host, tier, since, until and before, not with ${other}.`);
  if (input.summary || input.offset === 0) return undefined;
  return wrongArgument("offset goes with summary.", "Give next_before of the page before as before.");
};

const { total, next_offset } = pageFields;

const Output = struct("answer of deployments_list", {
  deployments: required(list(object(DeploymentRow), 100), "newest first; with summary none"),
  complete: required(toggle("Complete"), "false: the search stopped early; go on with next_before, or with scan"),
  next_before: optional(Before, "give it as before for the next page; left out: there is no more"),
  summary: optional(list(object(SummaryRow), 100), "with summary: tier by tier, how each host did"),
  total: optional(total.codec, "with summary: how many hosts there are in all"),
  next_offset,
});
type Output = Args<typeof Output.fields>;

const queryOf = (input: Input, now: () => number): Either<ToolFailure, HistoryQuery> => {
  const odd = misplaced(input);
  if (odd !== undefined) return left(odd);
  const place = input.host === undefined ? right(undefined) : placeArg.parse(input.host);
  if (isLeft(place)) return left(wrongArgument(`host ${place.left}.`, "hosts_list has their names."));
  const [since, until] = [
    momentOf("since", input.since, momentArg(now)),
    momentOf("until", input.until, momentArg(now)),
  ];
  if (isLeft(since)) return since;
  if (isLeft(until)) return until;
  const { scan, host: _, offset: __, summary: ___, ...rest } = input;
  const query = {
    ...rest,
    ...{ host: place.right?.host, tier: input.tier ?? place.right?.tier },
    ...{ sinceMs: since.right, untilMs: until.right, budget: scan ? Number.POSITIVE_INFINITY : undefined },
  };
  const wrong = contradiction(query, place.right, "");
  return wrong === undefined ? right(query) : left(wrongArgument(wrong));
};

/** A host that nothing is told of may be misspelt. */
const strangerIn = async (
  { roster }: Pick<Bus, "roster">,
  { host }: HistoryQuery,
): Promise<Either<ToolFailure, undefined>> => {
  if (host === undefined) return right(undefined);
  const enrolled = await roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const all = enrolled.right.map(({ hostname }) => hostname);
  if (all.includes(host)) return right(undefined);
  return left(unknownName("host", host, all, "Nothing in the log is of it either. Give one of those that are known."));
};

const answerOf = (page: HistoryPage) => {
  const rows = page.rows.map(deploymentRow);
  const fits = fitting(rows, deploymentText);
  const next = fits.length < rows.length ? fits.at(-1)?.seq : page.nextBefore;
  const complete = page.complete || fits.length < rows.length;
  return { deployments: fits, complete, ...(next === undefined ? {} : { next_before: next }) };
};

const listOf = async (log: Bus["log"], query: HistoryQuery) => {
  const page = await history(log)(query)();
  return isLeft(page) ? page : right(answerOf(page.right));
};

const summaryOf = async (log: Bus["log"], query: HistoryQuery, input: Input) => {
  const hosts = await historySummary(log, { ...query, phases: false })();
  if (isLeft(hosts)) return hosts;
  const { rows, ...page } = pageOf(hosts.right.map(summaryRow), input, summaryText);
  return right({ deployments: [], summary: rows, complete: true, ...page });
};

const isEmpty = ({ deployments, total = 0 }: Output): boolean => deployments.length + total === 0;

const summaryLines = ({ summary = [], total = 0, ...page }: Output): readonly string[] => [
  ...summary.map(summaryText),
  pageText("deployments_list", { ...page, total }, summary.length),
];

export const deploymentsList = tool({
  name: "deployments_list",
  title: "List deployments",
  description:
    "The history: deployments and control requests, newest first, with who asked, what for and how each ended. " +
    "Filter by host, tier, role, requester, status, action, id and time. deployment_get tells one in full, deployment_log why it failed. " +
    "With summary: true, how each host did in all: counts, its last success and failure, how long it takes.",
  need: "read",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: Input,
  output: Output,
  run:
    (input, { identity: { bus }, now }) =>
    async () => {
      const query = queryOf(input, now);
      if (isLeft(query)) return query;
      const answer: Either<ToolFailure, Output> = await (input.summary
        ? summaryOf(bus.log, query.right, input)
        : listOf(bus.log, query.right));
      if (isLeft(answer)) return answer;
      const stranger = isEmpty(answer.right) ? await strangerIn(bus, query.right) : right(undefined);
      return isLeft(stranger) ? stranger : answer;
    },
  text: ({ deployments, complete, next_before, ...inAll }) =>
    (inAll.summary === undefined
      ? [
          ...deployments.map(deploymentText),
          `${deployments.length} told${complete ? "" : "; the search stopped early"}`,
          next_before === undefined ? "there is no more" : `next: deployments_list with "before": ${next_before}`,
        ]
      : summaryLines({ deployments, complete, ...inAll })
    ).join("\n"),
});
