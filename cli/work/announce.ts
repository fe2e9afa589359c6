/** Says which requests stand in the log now: to a person before the watching, or as the result with `--detach`. */
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import { requestDocument } from "../follow/document.ts";
import { askedOf, targetOf, type Watched } from "../follow/watched.ts";
import { line, writeList } from "../print/json.ts";

export const announce = ({ stdout, stderr }: CliEnv, form: OutputForm, sent: readonly Watched[]): void => {
  if (form === "ndjson")
    for (const watched of sent) stdout.write(line({ type: "request", ...requestDocument(watched) }));
  if (form !== "table") return;
  for (const watched of sent) {
    const { id, seq } = watched.request;
    stderr.write(`request ${id} for ${targetOf(watched)} is in the log, at ${seq}\n`);
  }
};

/** With `--detach`, the ids are the data: `hd watch $(hd deploy --detach prod/web1)`. */
export const announceDetached = ({ stdout, stderr }: CliEnv, form: OutputForm, sent: readonly Watched[]): void => {
  if (form !== "table") {
    writeList(stdout, form, { kind: "Requests", key: "requests", items: sent.map(requestDocument) });
    return;
  }
  for (const { request } of sent) stdout.write(`${request.id}\n`);
  const ids = sent.map(({ request }) => request.id).join(" ");
  const [{ repeated } = { repeated: "" }] = sent;
  const isDeployment = sent.some((watched) => askedOf(watched) === undefined);
  const what = isDeployment ? "the deployment goes on by itself" : "the hosts answer by themselves";
  stderr.write(`sent; ${what}. Watch it with: hd watch ${ids}${repeated}\n`);
};
