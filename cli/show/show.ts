/** `hd show`: everything that the log holds about one request. */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../lib/contract/address.ts";
import type { RequestId } from "../../lib/contract/values.ts";
import type { RequestRecord, ResponseRecord } from "../../streams/records.ts";
import { seekRequest } from "../../streams/seek-request.ts";
import { type Shown, shownOf } from "../../streams/show.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { documentOf, line, whole } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { notFound } from "../work/not-found.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { showText } from "./show-text.ts";

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

const textOf = ({ stdout, env, now }: CliEnv, form: OutputForm, shown: Shown): string => {
  if (form === "table") return showText(shown, paintFor(stdout, env), now());
  const request = requestDocument(shown.request);
  const responses = shown.responses.map(responseDocument);
  const cancels = shown.cancels.map(requestDocument);
  if (form === "json") return documentOf("Request", { request, cancels, responses });
  return [
    line({ type: "request", ...request }),
    ...cancels.map((cancel) => line({ type: "cancel", ...cancel })),
    ...responses.map((response) => line({ type: "response", ...response })),
    line({ type: "result", apiVersion: "hd/v1", kind: "Request", count: responses.length }),
  ].join("");
};

export const show = (
  cli: CliEnv,
  connection: Connection,
  { id, scan, form }: { readonly id: RequestId; readonly scan: boolean; readonly form: OutputForm },
): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const enrolled = await bus.roster.enrolled()();
    if (isLeft(enrolled)) return enrolled;
    const sought = await seekRequest(bus.log, id, scan)();
    if (isLeft(sought)) return sought;
    const { request, from } = sought.right;
    if (request === undefined) return left(notFound(id, connection.repeated, from));
    const shown = await shownOf(bus.log, enrolled.right, request)();
    if (isLeft(shown)) return shown;
    cli.stdout.write(textOf(cli, form, shown.right));
    return right(exits.done);
  });
