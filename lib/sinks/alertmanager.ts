/**
 * Alertmanager, by its API v2: one alert for each host, so that each ends by its own recovery. Alertmanager tells alerts apart
 * by their labels, so nothing that changes may be one, and a repetition changes nothing. It ends an alert after five minutes unless it
 * is told otherwise: one that stands until a success stands as long as the stream of alerts remembers it, and one of a
 * moment for an hour.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Alert, Detail, Place } from "../contract/alert.ts";
import { instant } from "../contract/values.ts";
import type { HostLine, Outgoing } from "../router/alerting.ts";
import { bearer, post } from "./post.ts";
import { maybeSecretIn } from "./secret.ts";
import { deadlineOf, type SenderOf, type SinkEnv } from "./sink-env.ts";

const hourMs = 3_600_000;
const standingMs = 90 * 24 * hourMs;

type Ending = Pick<SinkEnv, "now" | "recovers">;

const endsAt = (alert: Alert, detail: Detail | undefined, { now, recovers }: Ending): string =>
  alert.kind === "resolved" || detail?.recovered !== undefined
    ? alert.at
    : instant(now() + (recovers(alert.rule) ? standingMs : hourMs));

const labelsOf = ({ rule, severity }: Alert, place: Place | undefined) => {
  const [tier, host] = place?.split("/") ?? [];
  return { alertname: rule, severity, ...(tier !== undefined && host !== undefined && { tier, host }) };
};

const annotationsOf = ({ message }: Outgoing, host: HostLine | undefined) => ({
  summary: message.title,
  description: [host?.line, ...(host?.output ?? []), ...message.lines].filter((line) => line !== undefined).join("\n"),
  command: message.command,
});

const postableAlerts = (outgoing: Outgoing, ending: Ending) => {
  const { alert, message } = outgoing;
  const lines = new Map(message.hosts.map((host) => [host.place, host]));
  const details = new Map(alert.details.map((one) => [`${one.tier}/${one.host}`, one]));
  const places: readonly (Place | undefined)[] = alert.hosts.length === 0 ? [undefined] : alert.hosts;
  return places.map((place) => ({
    labels: labelsOf(alert, place),
    annotations: annotationsOf(outgoing, place && lines.get(place)),
    startsAt: alert.at,
    endsAt: endsAt(alert, place && details.get(place), ending),
  }));
};

const apiPath = "/api/v2/alerts";

const addressOf = (url: string): string => {
  const base = url.replace(/\/+$/, "");
  return base.endsWith(apiPath) ? base : `${base}${apiPath}`;
};

export const alertmanagerSender: SenderOf<"alertmanager"> =
  ({ url, tokenFile }, env) =>
  async (outgoing) => {
    const token = await maybeSecretIn("The token file", tokenFile, env.env);
    if (isLeft(token)) return { outcome: "failed", message: token.left };
    const body = JSON.stringify(postableAlerts(outgoing, env));
    return post({ url: addressOf(url), body, deadlineMs: deadlineOf(env), ...bearer(token.right) });
  };
