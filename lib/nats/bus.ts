/** What a publisher (the command line, the MCP server) gets of NATS: the whole log, live messages, and who is enrolled. */
import { jetstreamManager } from "@nats-io/jetstream";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Access } from "../contract/access.ts";
import type { Failure } from "../contract/failure.ts";
import { inboxPrefix, logStream } from "../contract/log-names.ts";
import type { Requester } from "../contract/names.ts";
import type { Bus } from "../router/ports.ts";
import { absenceOf } from "./absence.ts";
import { alertLog } from "./alert-log.ts";
import { reached } from "./api-prefix.ts";
import { close } from "./close.ts";
import { connect } from "./connect.ts";
import { linkOf } from "./link.ts";
import { liveOf } from "./live.ts";
import { logIndex } from "./log-index.ts";
import { logReader } from "./log-reader.ts";
import { logWriter } from "./log-writer.ts";
import { presencesOf } from "./presences.ts";
import { rosterOf, servicePlaceOf } from "./roster.ts";

export interface BusOptions extends Access {
  /** The identity's name: what its permissions are made for. */
  readonly requester: Requester;
  /** What gave the credentials, for messages. */
  readonly origins?: { readonly credentials: string } | undefined;
  /** Is told what nobody waits for, such as a lost connection. */
  readonly notice: (sentence: string) => void;
}

export const connectBus = ({ requester, notice, ...access }: BusOptions): TaskEither<Failure, Bus> => {
  const prefix = inboxPrefix(requester);
  const options = { ...access, name: `hd ${requester}`, inboxPrefix: prefix, patient: false };
  return reached(connect(options), `STREAM.INFO.${logStream}`, (nc, api): Bus => {
    const link = linkOf(nc, notice, api);
    const probe = async () => {
      const { streams } = await jetstreamManager(nc, { apiPrefix: api, checkAPI: false, timeout: 1_000 });
      return streams.info(logStream);
    };
    const absence = absenceOf(link, probe);
    return {
      log: { ...logWriter(link, absence), ...logReader(link, absence), ...logIndex(link, absence) },
      live: liveOf(link, notice),
      roster: rosterOf(link, absence),
      presences: presencesOf(link),
      alerter: servicePlaceOf(link, absence, "alerter"),
      builder: servicePlaceOf(link, absence, "builder"),
      alerts: alertLog(link),
      close: () => close(link),
    };
  });
};
