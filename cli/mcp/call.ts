/**
 * One call of a tool. Total, and never without an answer for long: what is wrong with it is answered so that a model can correct
 * itself, and at the deadline the call is answered whatever goes on. Who gives a call up ends the watching, never a deployment.
 */
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { type Either, isLeft, left } from "fp-ts/lib/Either.js";
import { failure } from "../../lib/contract/failure.ts";
import { plain } from "../../lib/contract/plain.ts";
import { nearest } from "../work/nearest.ts";
import { type Allowance, withheld } from "./allowance.ts";
import { answer, refusal } from "./answer.ts";
import type { Session } from "./session.ts";
import type { Confirmation, Tool, ToolContext, ToolFailure } from "./tool.ts";

export interface Called extends Pick<ToolContext, "client" | "signal" | "progress"> {
  readonly name: string;
  readonly args: unknown;
  /** As for a tool, with how long the person has. */
  readonly confirm: (message: string, phrase: string, withinMs: number) => Promise<Confirmation>;
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

/** By a timer of its own: one that only AbortSignal.any knows can be collected before it is up, and the call would never end. */
const within = (given: AbortSignal, ms: number) => {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  const timer = setTimeout(abort, ms);
  given.addEventListener("abort", abort, { once: true });
  if (given.aborted) abort();
  return { signal: stop.signal, end: () => clearTimeout(timer) };
};

/** What a session may not use is not there for its tools. */
const adminFor = ({ admin }: Session, allowed: Allowance): ToolContext["admin"] =>
  withheld({ need: "admin" }, allowed) === undefined ? admin : undefined;

const run = async (session: Session, admin: ToolContext["admin"], tool: Tool, input: object, called: Called) => {
  const { now, options, spend, answerMs } = session;
  const { client, progress } = called;
  const { signal, end } = within(called.signal, answerMs);
  const work = async () => {
    const identity = await session.identity();
    if (isLeft(identity)) return identity;
    const answerByMs = startMs + Math.max(answerMs - marginMs, answerMs / 2);
    const confirm: ToolContext["confirm"] = (message, phrase) => called.confirm(message, phrase, answerByMs - now());
    const own = { identity: identity.right, admin };
    const context = { ...own, ...{ options, client, now, signal, answerByMs, progress, confirm, spend } };
    return tool.run(input, { ...context, tool: tool.name })();
  };
  const startMs = now();
  const done = await Promise.race([work().catch((thrown: unknown) => left(defect(thrown))), whenAborted(signal)]);
  end();
  return done;
};

/** `undefined`: there is no such tool. */
export const callTool = async (session: Session, called: Called): Promise<CallToolResult | undefined> => {
  const tool = named(await session.tools(), called.name);
  if (tool === undefined) return undefined;
  const allowed = await session.allowance();
  const why = withheld(tool, allowed);
  if (why !== undefined) return refusal({ code: "unauthorized", message: `${tool.name} is not for you here. ${why}` });
  const input = tool.input.strict(called.args);
  if (isLeft(input)) return refusal(wrongArguments(tool, input.left));
  const done = await run(session, adminFor(session, allowed), tool, input.right, called);
  return isLeft(done) ? refusal(done.left) : answer(done.right, tool.text(done.right));
};
