/** What the server gives to every client's session, whatever carries it. */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Allowance } from "./allowance.ts";
import type { ToolOptions } from "./options.ts";
import type { Identity, Tool, ToolContext } from "./tool.ts";

export interface Session {
  readonly version: string;
  /** All that there are; they are loaded when the client has its first answer. */
  readonly tools: () => Promise<readonly Tool[]>;
  readonly allowance: () => Promise<Allowance>;
  readonly identity: TaskEither<Failure, Identity>;
  /** `undefined`: there is none. */
  readonly admin: TaskEither<Failure, Identity> | undefined;
  readonly options: ToolOptions;
  readonly now: () => number;
  /** One budget for each token. */
  readonly spend: ToolContext["spend"];
  /** Before the client's name in what it does: whose token it has. */
  readonly token?: string | undefined;
  /** How long a call may take until it is answered with what there is. */
  readonly answerMs: number;
}
