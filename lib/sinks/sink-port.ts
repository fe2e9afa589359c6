/** A sink of the rules as a way to people: one sender for each type, and what is thrown all the same is a failure like any other. */
import type { Sink } from "../contract/alert-rules.ts";
import { causeOf } from "../contract/cause-of.ts";
import { scrub } from "../contract/scrub.ts";
import type { Delivered, Outgoing, SinkPort } from "../router/alerting.ts";
import { alertmanagerSender } from "./alertmanager.ts";
import { commandSender } from "./command.ts";
import { emailSender } from "./email.ts";
import { matrixSender } from "./matrix.ts";
import { ntfySender } from "./ntfy.ts";
import type { SenderOf, SinkEnv } from "./sink-env.ts";
import { slackSender } from "./slack.ts";
import { webhookSender } from "./webhook.ts";

const prometheusSender: SenderOf<"prometheus"> =
  (_sink, { meter }) =>
  async ({ alert }) => {
    meter.counted(alert);
    return { outcome: "sent" };
  };

const senderOf = (sink: Sink, env: SinkEnv): ((outgoing: Outgoing) => Promise<Delivered>) => {
  switch (sink.type) {
    case "webhook":
      return webhookSender(sink, env);
    case "ntfy":
      return ntfySender(sink, env);
    case "alertmanager":
      return alertmanagerSender(sink, env);
    case "slack":
      return slackSender(sink, env);
    case "matrix":
      return matrixSender(sink, env);
    case "email":
      return emailSender(sink, env);
    case "prometheus":
      return prometheusSender(sink, env);
    case "command":
      return commandSender(sink, env);
  }
};

export const sinkPort = (sink: Sink, env: SinkEnv): SinkPort => {
  const send = senderOf(sink, env);
  return {
    name: sink.name,
    send: (outgoing) =>
      send(outgoing).catch(
        (thrown): Delivered => ({ outcome: "failed", message: `hd broke: ${scrub(causeOf(thrown))}`, perhaps: true }),
      ),
  };
};
