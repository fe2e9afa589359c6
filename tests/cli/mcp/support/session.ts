/** A tool called plainly: over a log in memory, as `claude`, whose client can be asked or not. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import { budgets } from "../../../../cli/mcp/budget.ts";
import type { Confirmation, Identity, Tool, ToolContext, ToolFailure } from "../../../../cli/mcp/tool.ts";
import type { Bus } from "../../../../lib/router/ports.ts";
import { commit, noonMs, requester, tier } from "../../../support/fixtures.ts";
import { type MemoryLog, memoryLog } from "../../../support/memory-bus.ts";

export interface Asked {
  readonly message: string;
  readonly phrase: string;
}

export interface Session {
  readonly log: MemoryLog;
  readonly asked: readonly Asked[];
  readonly told: readonly string[];
  readonly call: (tool: Tool, args: object, changes?: Partial<ToolContext>) => Promise<Either<ToolFailure, Answered>>;
  /** The clock, which is the log's as well. */
  readonly pass: (ms: number) => void;
}

/** Of what is looked at here. */
export interface Answered {
  readonly state: string;
  readonly next: string;
  readonly deployments: readonly {
    readonly id: string;
    readonly target: string;
    readonly counts: string;
    readonly hosts: readonly { readonly host: string; readonly result: string }[];
  }[];
}

export interface SessionOptions {
  /** What a person answers; left out: the client has no forms. */
  readonly answer?: Confirmation;
  readonly perHour?: number;
  readonly admin?: boolean;
  /** Nobody said where the flake is. */
  readonly noFlake?: boolean;
}

export const session = ({
  answer = "unsupported",
  perHour,
  admin = false,
  noFlake = false,
}: SessionOptions = {}): Session => {
  let passedMs = 0;
  const now = () => noonMs + passedMs;
  const log = memoryLog({ now });
  const [asked, told]: [Asked[], string[]] = [[], []];
  const as = (name: string, bus: Bus): Identity => ({ requester: requester(name), bus });
  const spend = budgets(perHour, now)(undefined);
  const call: Session["call"] = async (tool, args, changes = {}) => {
    const input = tool.input.strict(args);
    if (isLeft(input)) throw new Error(input.left.join(". "));
    const context: ToolContext = {
      identity: as("claude", log.bus()),
      admin: admin ? async () => right(as("claude-admin", log.bus())) : undefined,
      options: {
        ...{ env: {}, repeated: "", discoverSubject: "deploy.discover", unconfirmed: [tier("test")] },
        resolve: () => async () => right(noFlake ? undefined : commit("3")),
      },
      ...{ client: "claude-code 2.1.76", tool: tool.name, now, signal: new AbortController().signal },
      answerByMs: now() + 45_000,
      progress: (_done, _total, message) => void told.push(message),
      confirm: async (message, phrase) => {
        asked.push({ message, phrase });
        return answer;
      },
      spend,
      ...changes,
    };
    const done = await tool.run(input.right, context)();
    return done as Either<ToolFailure, Answered>;
  };
  const pass = (ms: number): void => {
    passedMs += ms;
  };
  return { log, asked, told, call, pass };
};
