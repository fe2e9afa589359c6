/**
 * The listener's side of live routes, such as discovery: answers go to the reply subject in the body, which the contract
 * confines to `deploy.responses.`; the reply subject of the message itself is never used, because NATS does not check it.
 */

import type { Address } from "../contract/address.ts";
import { read } from "../contract/codec.ts";
import { unnamed } from "../contract/names.ts";
import { ReplyTo } from "../contract/values.ts";
import type { Dispatch, Incoming } from "./dispatch.ts";
import type { Live, LiveMessage, Logger } from "./ports.ts";

export interface LiveServing {
  readonly dispatch: Dispatch<object>;
  readonly live: Pick<Live, "publish">;
  readonly logger: Logger;
  readonly now: () => number;
}

/** Answers a live message, or stays silent when it does not say where to. Never rejects. */
export const serveLive =
  ({ dispatch, live, logger, now }: LiveServing) =>
  async ({ subject, body }: LiveMessage): Promise<void> => {
    const incoming: Incoming = {
      ...{ requester: unnamed, address: subject as Address, seq: 0, atMs: now(), redelivered: false, body },
      ...{ verb: undefined, newer: undefined },
      vouched: { proof: "unnamed", objection: undefined },
    };
    const decision = await dispatch(incoming);
    if (decision.kind !== "verdict") {
      logger.debug({ subject, kind: decision.kind }, "a live message was not answered");
      return;
    }
    const replyTo = read(ReplyTo, decision.fields["reply_to"]);
    if (replyTo !== undefined) live.publish(replyTo, JSON.stringify(decision.verdict.answer));
  };
