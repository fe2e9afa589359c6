/** `hd alerts send-test`: sends one alert to one sink right away. It is marked as a test and stands in no stream. */
import { left, right } from "fp-ts/lib/Either.js";
import type { Alert } from "../../../lib/contract/alert.ts";
import { placeOf } from "../../../lib/contract/alert.ts";
import type { Sink } from "../../../lib/contract/alert-rules.ts";
import { failure } from "../../../lib/contract/failure.ts";
import type { HostName, RuleName, SinkName, Tier } from "../../../lib/contract/names.ts";
import { plain } from "../../../lib/contract/plain.ts";
import { instant } from "../../../lib/contract/values.ts";
import type { LoadedRules } from "../../../lib/fleet/load-rules.ts";
import type { Delivered, Outgoing } from "../../../lib/router/alerting.ts";
import { messageOf } from "../../../streams/alerts/message.ts";
import type { OutputForm } from "../../args/output-arg.ts";
import type { CliEnv } from "../../env.ts";
import { exits } from "../../exits.ts";
import { duration } from "../../print/duration.ts";
import { documentOf, line, whole } from "../../print/json.ts";
import { nearest } from "../../work/nearest.ts";
import type { Ended } from "../../work/with-bus.ts";

const [tier, host] = ["test" as Tier, "example" as HostName];

const testAlert = ({ name }: Sink, nowMs: number): Alert => ({
  rule: "send-test" as RuleName,
  kind: "firing",
  stands: false,
  severity: "info",
  title: `A test of the sink ${name}: nothing is wrong`,
  hosts: [placeOf(tier, host)],
  details: [
    { tier, host, message: "this is where an alert says what happened", log_tail: ["and how its output ended"] },
  ],
  ...{ to: [name], as_of: 0, part: 1, at: instant(nowMs) },
});

const outgoingTo = (sink: Sink, nowMs: number): Outgoing => {
  const alert = testAlert(sink, nowMs);
  return { id: `alert:send-test:${nowMs}`, seq: 1, alert, message: messageOf(alert, nowMs), perhapsAgain: false };
};

interface Tried {
  readonly sink: Sink;
  readonly delivered: Delivered;
  readonly elapsedMs: number;
}

const words = {
  sent: "took the test alert",
  failed: "did not take the test alert; an alerter would try again",
  refused: "refused the test alert; an alerter would go on to the next",
} as const;

const textOf = ({ sink, delivered: { outcome, message }, elapsedMs }: Tried): string => {
  const said = message === undefined ? "" : `\n  ${message}`;
  return `${sink.name} (${sink.type}) ${words[outcome]}, after ${duration(elapsedMs)}${said}\n`;
};

const print = ({ stdout }: CliEnv, form: OutputForm, tried: Tried): void => {
  if (form === "table") {
    stdout.write(plain(textOf(tried), 10_000));
    return;
  }
  const { sink, delivered, elapsedMs } = tried;
  const { outcome, message } = delivered;
  const content = whole({ sink: sink.name, type: sink.type, outcome, message, elapsed_ms: elapsedMs });
  const kind = "AlertTest";
  stdout.write(
    form === "json" ? documentOf(kind, content) : line({ type: "result", apiVersion: "hd/v1", kind, ...content }),
  );
};

const noSuch = (name: SinkName, { rules, file }: LoadedRules): Ended => {
  const known = rules.sinks.map((sink) => sink.name);
  const [near] = nearest(name, known);
  const others = known.length === 0 ? "It has none." : `It has ${known.join(", ")}.`;
  const hint = near === undefined ? others : `Did you mean ${near}?`;
  return left(failure("invalid_request", `There is no sink ${name} in ${file}. ${hint}`));
};

interface Wanted {
  readonly name: SinkName;
  readonly form: OutputForm;
}

export const sendTest = async (cli: CliEnv, loaded: LoadedRules, { name, form }: Wanted): Promise<Ended> => {
  const sink = loaded.rules.sinks.find((one) => one.name === name);
  if (sink === undefined) return noSuch(name, loaded);
  const port = await cli.sinkPort(sink);
  const begunMs = cli.now();
  const delivered = await port.send(outgoingTo(sink, begunMs));
  print(cli, form, { sink, delivered, elapsedMs: cli.now() - begunMs });
  return right(delivered.outcome === "sent" ? exits.done : exits.failed);
};
