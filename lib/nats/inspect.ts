/**
 * Looks at a connection and at what is behind it, each question once and with a deadline. Who the server takes a client for
 * it says on `$SYS.REQ.USER.INFO`, to any client of any account that may publish there.
 */
import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { isLeft } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { NatsConnection } from "nats";
import type { Failure } from "../contract/failure.ts";
import { inboxPrefix, logStream } from "../contract/log-names.ts";
import type { FoundPlace, Inspection, Server } from "../router/inspection.ts";
import { absenceOf } from "./absence.ts";
import { reached } from "./api-prefix.ts";
import type { BusOptions } from "./bus.ts";
import { close } from "./close.ts";
import { connect } from "./connect.ts";
import { consumerSettingsOf } from "./consumer-settings.ts";
import { insist } from "./insist.ts";
import { type Link, linkOf } from "./link.ts";
import { loginOf } from "./login.ts";
import { foundStreamOf } from "./stream-settings.ts";
import { whoAmI } from "./who-am-i.ts";

const deadlineMs = 5_000;

const serverOf = (nc: NatsConnection): Server => ({
  url: nc.getServer(),
  version: nc.info?.version ?? "unknown",
  encrypted: isEncrypted(nc),
  jetStream: nc.info?.jetstream === true,
  clustered: nc.info?.cluster !== undefined,
});

/** The client tells it of its transport only. */
const isEncrypted = (nc: NatsConnection): boolean => {
  const protocol = "protocol" in nc ? nc.protocol : undefined;
  if (typeof protocol !== "object" || protocol === null || !("transport" in protocol)) return false;
  const { transport } = protocol;
  if (typeof transport !== "object" || transport === null || !("isEncrypted" in transport)) return false;
  return typeof transport.isEncrypted === "function" && transport.isEncrypted() === true;
};

const inspectionOf = (link: Link, shown: string | undefined): Inspection => {
  const manager = (timeoutMs: number): Promise<JetStreamManager> =>
    jetstreamManager(link.nc, { apiPrefix: link.api, checkAPI: false, timeout: timeoutMs });
  const absence = absenceOf(link, async () => (await manager(1_000)).streams.info(logStream));
  const ask = <A>(question: (timeoutMs: number) => Promise<A>): TaskEither<Failure, A> =>
    insist(question, { link, deadlineMs, absence, inVain: ({ failure }) => failure });
  return {
    server: serverOf(link.nc),
    shown,
    whoAmI: () => whoAmI(link),
    log: () => ask(async (timeoutMs) => foundStreamOf(await (await manager(timeoutMs)).streams.info(logStream))),
    places: () =>
      ask(async (timeoutMs) => {
        const found: FoundPlace[] = [];
        for await (const info of (await manager(timeoutMs)).consumers.list(logStream)) {
          const pending = info.num_pending + info.num_ack_pending;
          found.push({ settings: consumerSettingsOf(info), present: info.num_waiting > 0, pending });
        }
        return found;
      }),
    close: () => close(link),
  };
};

export const connectInspection =
  ({ requester, notice, ...access }: BusOptions): TaskEither<Failure, Inspection> =>
  async () => {
    const login = await loginOf(access.credentials)();
    if (isLeft(login)) return login;
    const connected = connect({
      ...access,
      name: `hd ${requester}`,
      inboxPrefix: inboxPrefix(requester),
      patient: false,
    });
    return reached(connected, `STREAM.INFO.${logStream}`, (nc, api) =>
      inspectionOf(linkOf(nc, notice, api), login.right?.as),
    )();
  };
