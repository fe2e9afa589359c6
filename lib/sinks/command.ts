/** A program of the operator's own. It gets the alert on its standard input, and takes it by ending with 0. */
import { isLeft } from "fp-ts/lib/Either.js";
import { alertDocument } from "./alert-document.ts";
import { deadlineOf, type SenderOf } from "./sink-env.ts";

export const commandSender: SenderOf<"command"> =
  ({ argv }, sinkEnv) =>
  async (outgoing) => {
    const { data, ...document } = alertDocument(outgoing);
    const input = { ...document, data: { ...data, perhaps_again: outgoing.perhapsAgain } };
    const ran = await sinkEnv.runCommand(argv, `${JSON.stringify(input)}\n`, deadlineOf(sinkEnv));
    return isLeft(ran) ? { outcome: "failed", message: ran.left.why, perhaps: ran.left.perhaps } : { outcome: "sent" };
  };
