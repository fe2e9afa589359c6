/** The history of deployments, with all filters of `hd history`. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { integer, list, prose, toggle } from "../../../lib/contract/codec.ts";
import { Requester, Role, Tier } from "../../../lib/contract/names.ts";
import { type Decoded, defaulted, object, optional, required, struct } from "../../../lib/contract/struct.ts";
import { RequestId } from "../../../lib/contract/values.ts";
import type { Bus } from "../../../lib/router/ports.ts";
import { type HistoryPage, history } from "../../../streams/history.ts";
import type { HistoryQuery } from "../../../streams/history-query.ts";
import { momentArg } from "../../args/moment-arg.ts";
import { Asked, contradiction, placeArg, RowStatus } from "../../history/query.ts";
import { fitting } from "../paging.ts";
import { unknownName, wrongArgument } from "../refuse.ts";
import { type ToolFailure, tool } from "../tool.ts";
import { DeploymentRow, deploymentRow, deploymentText } from "./deployment-row.ts";
import { Moment, momentForms, momentOf } from "./moment.ts";

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
  limit: defaulted(integer("Limit", 1, 100), 20, "at most so many; an answer that is full holds fewer"),
});
type Input = Decoded<typeof Input.fields>;

const queryOf = (input: Input, now: () => number): Either<ToolFailure, HistoryQuery> => {
  const place = input.host === undefined ? right(undefined) : placeArg.parse(input.host);
  if (isLeft(place)) return left(wrongArgument(`host ${place.left}.`, "hosts_list has their names."));
  const [since, until] = [
    momentOf("since", input.since, momentArg(now)),
    momentOf("until", input.until, momentArg(now)),
  ];
  if (isLeft(since)) return since;
  if (isLeft(until)) return until;
  const { scan, host: _, ...rest } = input;
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

export const deploymentsList = tool({
  name: "deployments_list",
  title: "List deployments",
  description:
    "The history: deployments and control requests, newest first, with who asked, what for and how each ended. " +
    "Filter by host, tier, role, requester, status, action, id and time. deployment_get tells one in full, deployment_log why it failed.",
  need: "read",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: Input,
  output: struct("answer of deployments_list", {
    deployments: required(list(object(DeploymentRow), 100), "newest first"),
    complete: required(toggle("Complete"), "false: the search stopped early; go on with next_before, or with scan"),
    next_before: optional(Before, "give it as before for the next page; left out: there is no more"),
  }),
  run:
    (input, { identity: { bus }, now }) =>
    async () => {
      const query = queryOf(input, now);
      if (isLeft(query)) return query;
      const page = await history(bus.log)(query.right)();
      if (isLeft(page)) return page;
      const stranger = page.right.rows.length > 0 ? right(undefined) : await strangerIn(bus, query.right);
      return isLeft(stranger) ? stranger : right(answerOf(page.right));
    },
  text: ({ deployments, complete, next_before }) =>
    [
      ...deployments.map(deploymentText),
      `${deployments.length} told${complete ? "" : "; the search stopped early"}`,
      next_before === undefined ? "there is no more" : `next: deployments_list with "before": ${next_before}`,
    ].join("\n"),
});
