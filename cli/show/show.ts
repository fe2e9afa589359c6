/** `hd show`: everything that the log holds about one request. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../lib/contract/address.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import type { Bus, Enrolled } from "../../lib/router/ports.ts";
import type { RequestRecord, ResponseRecord } from "../../streams/records.ts";
import { type Ancestor, replayChain } from "../../streams/replay-chain.ts";
import { seekRequest } from "../../streams/seek-request.ts";
import { shownOf } from "../../streams/show.ts";
import type { OutputForm } from "../args/output-arg.ts";
import { showBuild } from "../build/show.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { documentOf, line, whole } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { notFound } from "../work/not-found.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { resultOf } from "./chain-text.ts";
import { showText, type Told } from "./show-text.ts";
import { showWishes } from "./show-wishes.ts";

const requestDocument = ({ id, seq, atMs, requester, address, verb, body }: RequestRecord): object =>
  whole({
    id,
    request_seq: seq,
    stored_at: new Date(atMs).toISOString(),
    requester,
    target: shortAddress(address),
    subject: address,
    verb,
    unreadable: isLeft(body) ? body.left : undefined,
    request: isLeft(body) ? undefined : body.right.input,
  });

const responseDocument = ({ seq, atMs, tier, event }: ResponseRecord): object => ({
  seq,
  stored_at: new Date(atMs).toISOString(),
  tier,
  ...event,
});

const ancestorDocument = ({ id, request, states }: Ancestor): object => ({
  id,
  request: request === undefined ? null : requestDocument(request),
  hosts: [...states].map(([host, state]) => ({ host, result: resultOf(state) })),
});

const textOf = ({ stdout, env, now }: CliEnv, form: OutputForm, told: Told): string => {
  if (form === "table") return showText(told, paintFor(stdout, env), now());
  const request = requestDocument(told.request);
  const responses = told.responses.map(responseDocument);
  const cancels = told.cancels.map(requestDocument);
  const before = told.chain.before.map(ancestorDocument);
  const after = told.chain.after.map(requestDocument);
  const isComplete = told.chain.lookedAt === undefined;
  if (form === "json") {
    const chain = { replay_of: before, replayed_by: after, replayed_by_is_complete: isComplete };
    return documentOf("Request", { request, ...chain, cancels, responses });
  }
  return [
    line({ type: "request", ...request }),
    ...before.map((one) => line({ type: "replay_of", ...one })),
    ...after.map((one) => line({ type: "replayed_by", ...one })),
    ...cancels.map((cancel) => line({ type: "cancel", ...cancel })),
    ...responses.map((response) => line({ type: "response", ...response })),
    line({ type: "result", apiVersion: "hd/v1", kind: "Request", count: responses.length }),
  ].join("");
};

const toldOf = async (log: Bus["log"], enrolled: readonly Enrolled[], request: RequestRecord) => {
  const shown = await shownOf(log, enrolled, request)();
  if (isLeft(shown)) return shown;
  const chain = await replayChain(log, enrolled, request)();
  return isLeft(chain) ? chain : right({ ...shown.right, chain: chain.right });
};

const showRequest = async (
  cli: CliEnv,
  { log, roster }: Bus,
  form: OutputForm,
  request: RequestRecord,
): Promise<Ended> => {
  const enrolled = await roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const told = await toldOf(log, enrolled.right, request);
  if (isLeft(told)) return told;
  cli.stdout.write(textOf(cli, form, told.right));
  return right(exits.done);
};

export const show = (
  cli: CliEnv,
  connection: Connection,
  { id, scan, form }: { readonly id: RequestId; readonly scan: boolean; readonly form: OutputForm },
): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const sought = await seekRequest(bus.log, id, scan ? Number.POSITIVE_INFINITY : undefined)();
    if (isLeft(sought)) return sought;
    const { request, build } = sought.right;
    if (build !== undefined) return showBuild(cli, bus.log, form, build);
    if (request !== undefined) return showRequest(cli, bus, form, request);
    return showWishes(cli, bus.log, { id, form }, notFound(id, connection.repeated, sought.right));
  });
