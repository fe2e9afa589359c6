/** One deployment in full: what was asked for, and how each host came through it. */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../../lib/contract/address.ts";
import { integer, list, prose, toggle } from "../../../lib/contract/codec.ts";
import { known } from "../../../lib/contract/known.ts";
import { HostName, Requester } from "../../../lib/contract/names.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { type Args, defaulted, object, optional, required, struct } from "../../../lib/contract/struct.ts";
import { controlOf, Instant, instant, RequestId, Revision, Sequence } from "../../../lib/contract/values.ts";
import type { RequestRecord } from "../../../streams/records.ts";
import { Asked } from "../../history/query.ts";
import { type Deployment, deploymentBy } from "../deployment.ts";
import { listed } from "../line.ts";
import { pageArgs, pageFields, pageOf, pageText } from "../paging.ts";
import { oneOf } from "../refuse.ts";
import { tool } from "../tool.ts";
import { DeploymentHost, deploymentHost, deploymentHostText, HostStatus } from "./deployment-host.ts";

const reasonLength = 1_000;

const Count = struct("count of hosts", {
  status: required(HostStatus, "how far they are"),
  hosts: required(integer("CountOfHosts", 1, Number.MAX_SAFE_INTEGER), "how many"),
});

const Output = struct("answer of deployment_get", {
  id: required(RequestId, "the request"),
  request_seq: required(Sequence, "its place in the log"),
  at: required(Instant, "when it was sent"),
  requester: required(Requester, "who asked"),
  target: required(prose("Target", 300), "of whom it was asked"),
  action: optional(Asked, "what was asked for"),
  revision: optional(Revision, "what was to be deployed"),
  reason: optional(prose("ReasonText", reasonLength), "why"),
  replay_of: optional(RequestId, "the request that it repeats"),
  override: optional(toggle("Override"), "true when it was asked for in spite of a freeze"),
  expires_at: optional(Instant, "after which no host begins it"),
  unreadable: optional(prose("Unreadable", reasonLength), "why its body is no request; hosts reject it for the same"),
  ended: required(toggle("Ended"), "whether all hosts that it means have ended"),
  counts: required(list(object(Count), 10), "how many hosts are how far"),
  hosts: required(list(object(DeploymentHost), 200), "how each came through it"),
  ...pageFields,
  cancels: required(list(RequestId, 100), "requests to cancel it"),
});
type Output = Args<typeof Output.fields>;

const bodyOf = ({ body, verb }: RequestRecord) => {
  if (isLeft(body)) return { unreadable: plain(body.left, reasonLength) };
  const { input } = body.right;
  const asked = body.right.route === "deploy" ? body.right.input : undefined;
  return {
    ...{ action: controlOf(verb) ?? asked?.action, revision: asked?.revision, replay_of: asked?.replay_of },
    reason: input.reason === undefined ? undefined : plain(input.reason, reasonLength),
    expires_at: asked?.expires_at,
  };
};

const requestOf = (request: RequestRecord) => ({
  ...{ id: request.id, request_seq: request.seq, at: instant(request.atMs), requester: request.requester },
  target: plain(shortAddress(request.address), 300),
  override: request.verb === "override" || undefined,
  ...bodyOf(request),
});

const endings: readonly string[] = ["completed", "failed", "rejected", "applied"];

const countsOf = (all: readonly DeploymentHost[]) =>
  [...new Set(all.map(({ status }) => status))].map((status) => ({
    status,
    hosts: all.filter((one) => one.status === status).length,
  }));

const answerOf = (
  { request, parts, cancels }: Deployment,
  host: HostName | undefined,
  page: { readonly limit: number; readonly offset: number },
): Output => {
  const all = parts.map((part) => deploymentHost(part, part.host === host));
  const { rows, ...rest } = pageOf(
    all.filter((one) => host === undefined || one.host === host),
    page,
    deploymentHostText,
  );
  const ended = all.length > 0 && all.every(({ status }) => endings.includes(status));
  return known({
    ...requestOf(request),
    ...{ ended, counts: countsOf(all), hosts: rows },
    ...rest,
    cancels: cancels.slice(0, 100).map(({ id }) => id),
  }) as Output;
};

const headText = ({
  hosts: _,
  counts,
  cancels,
  total: __,
  next_offset: ___,
  ...request
}: Output): readonly string[] => [
  ...listed(request),
  `hosts: ${counts.map((one) => `${one.hosts} ${one.status}`).join(", ") || "none"}`,
  ...(cancels.length === 0 ? [] : [`cancels: ${cancels.join(", ")}`]),
];

export const deploymentGet = tool({
  name: "deployment_get",
  title: "Show a deployment",
  description:
    "One request by its id: who asked for what and why, and how each host came through it. With host, also that host's steps. " +
    "deployment_log has the output of one that failed.",
  need: "read",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: struct("arguments of deployment_get", {
    id: required(RequestId, "the request, as deployments_list has it"),
    host: optional(HostName, "only this host, with its steps"),
    scan: defaulted(toggle("Scan"), false, "look through the whole log for it, however long that takes"),
    ...pageArgs(50, 200),
  }),
  output: Output,
  run:
    ({ id, host, scan, ...page }, { identity, options }) =>
    async () => {
      const found = await deploymentBy(identity.bus, { id, scan }, options.repeated);
      if (isLeft(found)) return found;
      const wrong = oneOf(
        "host of this deployment",
        host,
        found.right.parts.map((part) => part.host),
      );
      return wrong === undefined ? right(answerOf(found.right, host, page)) : left(wrong);
    },
  text: (output) =>
    [
      ...headText(output),
      ...output.hosts.map(deploymentHostText),
      pageText("deployment_get", output, output.hosts.length),
    ].join("\n"),
});
