/**
 * Requester and listener as the product composes them, on connections that log in by a key and then forget it: so that they
 * have the same permissions, and sign nothing.
 */
import type { Access } from "../../lib/contract/access.ts";
import { inboxPrefix, logApi } from "../../lib/contract/log-names.ts";
import type { HostName, Requester } from "../../lib/contract/names.ts";
import { alertLog } from "../../lib/nats/alert-log.ts";
import { connect } from "../../lib/nats/connect.ts";
import { hostWork } from "../../lib/nats/host-work.ts";
import { linkOf } from "../../lib/nats/link.ts";
import type { ListenerBus, ListenerBusOptions } from "../../lib/nats/listener-bus.ts";
import { liveOf } from "../../lib/nats/live.ts";
import { logIndex } from "../../lib/nats/log-index.ts";
import { logReader } from "../../lib/nats/log-reader.ts";
import { logWriter } from "../../lib/nats/log-writer.ts";
import { presencesOf } from "../../lib/nats/presences.ts";
import { rosterOf, servicePlaceOf } from "../../lib/nats/roster.ts";
import { keepSigner } from "../../lib/nats/signer.ts";
import type { Bus } from "../../lib/router/ports.ts";
import { alice } from "./names.ts";
import { rightOf } from "./right-of.ts";

const silent = (): void => {};
const neverAbsent = async () => undefined;

const linkWithoutKey = async ({ servers, credentials }: Access, name: HostName | Requester) => {
  const options = { servers, credentials, name: `hd ${name}`, inboxPrefix: inboxPrefix(name), patient: false };
  return linkOf(keepSigner(rightOf(await connect(options)()), undefined), silent, logApi);
};

export const unsignedBus = async (login: Access): Promise<Bus> => {
  const link = await linkWithoutKey(login, alice);
  return {
    log: { ...logWriter(link, neverAbsent), ...logReader(link, neverAbsent), ...logIndex(link, neverAbsent) },
    live: liveOf(link, silent),
    roster: rosterOf(link, neverAbsent),
    alerter: servicePlaceOf(link, neverAbsent, "alerter"),
    builder: servicePlaceOf(link, neverAbsent, "builder"),
    presences: presencesOf(link),
    alerts: alertLog(link),
    close: () => link.nc.close(),
  };
};

export const unsignedListener = async ({
  host,
  addresses,
  ...login
}: ListenerBusOptions): Promise<Pick<ListenerBus, "log" | "live" | "work">> => {
  const link = await linkWithoutKey(login, host.hostname);
  const place = { link, absence: neverAbsent, host, addresses, differences: () => [], notice: silent };
  return {
    log: { ...logWriter(link, neverAbsent), last: logReader(link, neverAbsent).last },
    live: liveOf(link, silent),
    work: hostWork(place),
  };
};
