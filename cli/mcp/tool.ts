/**
 * A tool of the MCP server, as a value, like a route: its fields make the schemas that a model sees and the decoder that it is
 * held to, so that the two cannot drift. A tool publishes and reads over the same ports as a command; what it may do is the
 * key's to say, and what a person has to confirm is never an argument.
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Requester } from "../../lib/contract/names.ts";
import type { Args, Decoded, Fields, Struct } from "../../lib/contract/struct.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { ToolOptions } from "./options.ts";

/** An answer that lets a model correct itself. */
export interface ToolFailure extends Failure {
  /** What to do next, as a sentence. */
  readonly hint?: string | undefined;
  /** What would have been right: names that exist, for example. */
  readonly known?: readonly string[] | undefined;
}

/** Who a tool works as. */
export interface Identity {
  readonly requester: Requester;
  readonly bus: Bus;
}

/** `unsupported`: the client cannot ask a person, or none has answered in time. */
export type Confirmation = "accepted" | "declined" | "unsupported";

export interface ToolContext {
  readonly identity: Identity;
  /** By the key of its own with which everything may be deployed, dialled when it is needed; `undefined`: not for this session. */
  readonly admin: TaskEither<Failure, Identity> | undefined;
  readonly options: ToolOptions;
  /** The client's name and version, as it gave them. */
  readonly client: string;
  /** The name of the tool that is called. */
  readonly tool: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Aborted when the client gives the call up, or is gone. It ends the watching, never a deployment. */
  readonly signal: AbortSignal;
  /** When the call has to be answered, by `now`. */
  readonly answerByMs: number;
  /** Told only when the client asked for it; `done` has to rise. */
  readonly progress: (done: number, total: number, message: string) => void;
  /** Asks the person at the client. The phrase is what has to be typed. */
  readonly confirm: (message: string, phrase: string) => Promise<Confirmation>;
  /** Takes one deployment out of the budget. Left: there is none left, and when there will be. */
  readonly spend: () => ToolFailure | undefined;
}

/** `read`: needs to read the log. `deploy`: may send requests. `admin`: only with --enable-admin. `build`: only with --enable-builds. */
export type Need = "read" | "deploy" | "admin" | "build";

export interface Tool<I extends Fields = Fields, O extends Fields = Fields> {
  /** `noun_verb`. */
  readonly name: string;
  /** The names that the original has for it. */
  readonly aliases?: readonly string[];
  readonly title: string;
  /** For a model: what it does, when to use it, what to call next. */
  readonly description: string;
  readonly need: Need;
  readonly hints: {
    readonly readOnly: boolean;
    readonly destructive: boolean;
    readonly idempotent: boolean;
    /** It reaches beyond this fleet. */
    readonly openWorld: boolean;
  };
  readonly input: Struct<I>;
  readonly output: Struct<O>;
  readonly run: (input: Decoded<I>, context: ToolContext) => TaskEither<ToolFailure, Args<O>>;
  /** The whole answer for people and for clients that show text only. */
  readonly text: (output: Args<O>) => string;
}

/** Keeps the types of a tool's fields; a list of tools forgets them. */
export const tool = <const I extends Fields, const O extends Fields>(made: Tool<I, O>): Tool => made as unknown as Tool;
