/** `build`: hosts of a repository are built and nothing is deployed. A builder serves it, and no host does. */
import type { Either } from "fp-ts/lib/Either.js";
import { BuildEvent, mostBuiltHosts } from "../build-event.ts";
import { list } from "../codec.ts";
import { BuildTarget, HostName, Repo, Requester } from "../names.ts";
import { type InputOf, route } from "../route.ts";
import { optional, required } from "../struct.ts";
import { ClientName, Instant, Reason, ReplyTo, RequestId, Revision, ToolName } from "../values.ts";

export const build = route({
  name: "build",
  summary: "Build hosts of a repository without deploying them",
  address: ["build.<repo>.<hostname>", "build.<repo>.all"],
  verbs: [undefined],
  carrier: "log",
  effect: "read",
  input: {
    revision: required(
      Revision,
      "branch, tag or commit to build; a message without it may call it branch, as the original tool does",
    ),
    repo: optional(Repo, "the repository again; refused when it is not that of the subject"),
    target: optional(BuildTarget, "the target again; refused when it is not that of the subject"),
    hosts: optional(list(HostName, mostBuiltHosts), "of all the hosts only these"),
    reply_to: optional(ReplyTo, "subject for a live copy of the responses"),
    id: optional(RequestId, "the request's id; a retry with the same id is the same request"),
    reason: optional(Reason, "why, for the history"),
    expires_at: optional(Instant, "a builder that reads the request later than this rejects it"),
    on_behalf_of: optional(Requester, "who wished for it, where another approved; builders do nothing with it"),
    client: optional(
      ClientName,
      "the program in which it was asked for, as that names itself; builders do nothing with it",
    ),
    tool: optional(ToolName, "the tool by which that program asked; builders do nothing with it"),
  },
  output: BuildEvent,
  failures: ["expired", "revision_not_found", "build_failed"],
});

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The body of a stored request. Left: why it is none, each as `field: must be …`. */
export const buildBody = (value: unknown): Either<readonly string[], InputOf<typeof build>> =>
  build.input.lenient(
    isRecord(value) && value["revision"] === undefined ? { ...value, revision: value["branch"] } : value,
  );
