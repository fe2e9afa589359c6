/**
 * What requests to cancel, freeze and unfreeze have in common: each is answered by one record, and what it asks for is done
 * before that is written, so that a record never tells of what a crash left undone. Doing it again changes nothing.
 */
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import type { DeployEvent } from "../lib/contract/deploy-event.ts";
import { type Failure, failure } from "../lib/contract/failure.ts";
import { plain } from "../lib/contract/plain.ts";
import { alreadyTaken, type Origin, type Verdict } from "../lib/contract/route.ts";
import { instant, messageLength } from "../lib/contract/values.ts";
import { asked } from "../lib/router/rejection.ts";
import { type JudgingEnv, vouchedFor } from "./judging.ts";

export interface ControlEnv extends JudgingEnv {
  readonly simulated: boolean;
}

const applied = (request: Origin, { host, simulated, now }: ControlEnv, message: string): DeployEvent => ({
  hostname: host.hostname,
  status: "applied",
  error: null,
  message: plain(message, messageLength),
  id: request.id,
  request_seq: request.seq,
  phase: null,
  requester: request.requester,
  proof: request.vouched.proof,
  ...asked(request.verb),
  ...(simulated ? { simulated } : {}),
  at: instant(now()),
});

type Before = Failure<"invalid_request" | "unreachable" | "unauthorized" | "internal">;

type Answer<F> = TE.TaskEither<F, Verdict<DeployEvent> | typeof alreadyTaken>;

/** What a host does about it, and the sentence that tells of it. */
export interface Control {
  readonly message: string;
  readonly effect: TE.TaskEither<Failure, void>;
}

/**
 * Runs a decision unless the request was answered before. One whose answer cannot be found is decided again, because that
 * changes nothing. `decision`: what it asks for, or why not.
 */
const before = (request: Origin, { answeredBefore }: ControlEnv): TE.TaskEither<Before, "new" | "taken"> =>
  pipe(
    answeredBefore(request),
    TE.orElse(({ code, message }): TE.TaskEither<Before, "new" | "taken"> => {
      if (code === "interrupted") return TE.right("new");
      const failed = failure(code, message);
      return TE.left(code === "invalid_request" ? (request.vouched.objection ?? failed) : failed);
    }),
  );

export const controlling = <C extends Failure>(
  request: Origin,
  env: ControlEnv,
  decision: () => TE.TaskEither<C, Control>,
): Answer<C | Before> =>
  pipe(
    before(request, env),
    TE.chainW((known): Answer<C | Before> => {
      if (known === "taken") return TE.right(alreadyTaken);
      return pipe(
        TE.fromEither(vouchedFor(request)),
        TE.chainW(decision),
        TE.map(({ message, effect }) => ({
          answer: applied(request, env, message),
          effect: TE.chainW(() => effect)(env.remembered),
        })),
        TE.orElseW((refusal) => TE.chainW(() => TE.left(refusal))(env.remembered)),
      );
    }),
  );
