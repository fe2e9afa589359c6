/** `hd show` of an id that is a build's. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import { buildSubject, shortBuild } from "../../lib/contract/build-address.ts";
import type { LogReader } from "../../lib/router/ports.ts";
import { type ShownBuild, shownBuild } from "../../streams/build-shown.ts";
import type { BuildRequestRecord } from "../../streams/records.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import { documentOf, line, whole } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import type { Ended } from "../work/with-bus.ts";
import { buildRecordDocument, buildResult, progressDocument } from "./document.ts";
import { showBuildText } from "./show-text.ts";

const requestDocument = ({ id, seq, atMs, requester, body, ...address }: BuildRequestRecord): object =>
  whole({
    id,
    request_seq: seq,
    stored_at: new Date(atMs).toISOString(),
    requester,
    target: shortBuild(address),
    subject: buildSubject(address),
    unreadable: isLeft(body) ? body.left : undefined,
    request: isLeft(body) ? undefined : body.right,
  });

const textOf = ({ stdout, env, now }: CliEnv, form: OutputForm, shown: ShownBuild): string => {
  if (form === "table") return showBuildText(shown, paintFor(stdout, env), now());
  const request = requestDocument(shown.request);
  const responses = shown.responses.map(buildRecordDocument);
  const result = buildResult({ progress: shown.progress, unreachable: undefined });
  const content = { result, ...progressDocument(shown.progress) };
  if (form === "json") return documentOf("BuildRequest", { request, ...content, responses });
  return [
    line({ type: "request", ...request }),
    ...responses.map((response) => line({ type: "response", ...response })),
    line({ type: "result", apiVersion: "hd/v1", kind: "BuildRequest", count: responses.length, ...content }),
  ].join("");
};

export const showBuild = async (
  cli: CliEnv,
  log: LogReader,
  form: OutputForm,
  request: BuildRequestRecord,
): Promise<Ended> => {
  const shown = await shownBuild(log, request);
  if (isLeft(shown)) return shown;
  cli.stdout.write(textOf(cli, form, shown.right));
  return right(exits.done);
};
