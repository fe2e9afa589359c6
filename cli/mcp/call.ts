/**
 * One call of a tool. Total, and never without an answer for long: what is wrong with it is answered so that a model can correct
 * itself, and at the deadline the call is answered whatever goes on. Who gives a call up ends the watching, never a deployment.
 */
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import { plain } from "../../lib/contract/plain.ts";
import { nearest } from "../work/nearest.ts";
import { withheld } from "./allowance.ts";
import { answer, refusal } from "./answer.ts";
import type { Session } from "./session.ts";
import type { Identity, Tool, ToolContext, ToolFailure } from "./tool.ts";

export interface Called extends Pick<ToolContext, "client" | "signal" | "progress" | "confirm"> {
  readonly name: string;
  readonly args: unknown;
}

/** How much of a wrong name is repeated, and how much of what is wrong. */
const shown = { name: 60, reason: 300 };

const named = (tools: readonly Tool[], name: string): Tool | undefined =>
  tools.find((one) => one.name === name) ?? tools.find(({ aliases = [] }) => aliases.includes(name));

/** A tool that there is none of, as a sentence. */
export const unknownTool = (tools: readonly Tool[], name: string): string => {
  const names = tools.map((one) => one.name);
  const near = nearest(name, names);
  const meant = near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
  return `There is no tool ${plain(name, shown.name)}.${meant} There are: ${names.join(", ")}.`;
};

const wrongArguments = ({ name, input }: Tool, reasons: readonly string[]): ToolFailure => ({
  code: "invalid_request",
  message: `The arguments of ${name} do not fit. ${plain(reasons.join(". "), shown.reason)}`,
  hint: "Call it again with arguments that fit its input schema.",
  known: Object.keys(input.fields),
});

interface Identities {
  readonly identity: Identity;
  readonly admin: Identity | undefined;
}

/** The admin's key is not touched by a tool that does not need it. */
const identities = async ({ identity, admin }: Session, { need }: Tool): Promise<Either<Failure, Identities>> => {
  const own = await identity();
  if (isLeft(own)) return own;
  const other = need === "admin" ? await admin?.() : undefined;
  if (other !== undefined && isLeft(other)) return other;
  return right({ identity: own.right, admin: other?.right });
};

const defect = (thrown: unknown): ToolFailure => ({
  ...failure("internal", `hd broke; please report this. ${plain(String(thrown), shown.reason)}`),
});

const late: ToolFailure = {
  code: "timeout",
  message: "There was no answer in time. Nothing that was begun is undone.",
  hint: "See what there is with deployments_list, or call again.",
};

const whenAborted = (signal: AbortSignal): Promise<Either<ToolFailure, never>> =>
  new Promise((resolve) => {
    const give = (): void => resolve(left(late));
    if (signal.aborted) give();
    else signal.addEventListener("abort", give, { once: true });
  });

/** For what a tool does once its own deadline is there. */
const marginMs = 5_000;

const run = async (session: Session, tool: Tool, input: object, called: Called) => {
  const { now, options, spend, answerMs } = session;
  const { client, progress, confirm } = called;
  const signal = AbortSignal.any([called.signal, AbortSignal.timeout(answerMs)]);
  const work = async () => {
    const found = await identities(session, tool);
    if (isLeft(found)) return found;
    const answerByMs = startMs + Math.max(answerMs - marginMs, answerMs / 2);
    const context = { ...found.right, ...{ options, client, now, signal, answerByMs, progress, confirm, spend } };
    return tool.run(input, { ...context, tool: tool.name })();
  };
  const startMs = now();
  return Promise.race([work().catch((thrown: unknown) => left(defect(thrown))), whenAborted(signal)]);
};

/** `undefined`: there is no such tool. */
export const callTool = async (session: Session, called: Called): Promise<CallToolResult | undefined> => {
  const tool = named(session.tools, called.name);
  if (tool === undefined) return undefined;
  const why = withheld(tool, await session.allowance());
  if (why !== undefined) return refusal({ code: "unauthorized", message: `${tool.name} is not for you here. ${why}` });
  const input = tool.input.strict(called.args);
  if (isLeft(input)) return refusal(wrongArguments(tool, input.left));
  const done = await run(session, tool, input.right, called);
  return isLeft(done) ? refusal(done.left) : answer(done.right, tool.text(done.right));
};
