/** Who takes part in a measurement: one host, one requester, and an owner of the streams who may do everything. */
import { isLeft } from "fp-ts/lib/Either.js";
import {
  type Address,
  hostAddress,
  requestSubject,
  responseFilter,
  responseSubject,
} from "../../lib/contract/address.ts";
import type { HostName, Requester, Role, SinkName, Tier } from "../../lib/contract/names.ts";
import { defaultTemplates, expandTemplates, type HostIdentity } from "../../lib/contract/template.ts";

export const host: HostIdentity = {
  hostname: "web1" as HostName,
  tier: "prod" as Tier,
  roles: ["web" as Role],
};
export const alice = "alice" as Requester;
export const alerter = "alerter" as Requester;
export const sink = "ops" as SinkName;
export const provisioner = "provisioner" as Requester;
export const owner = "owner" as Requester;

export const address = hostAddress(host.tier, host.hostname);
const expansion = expandTemplates(defaultTemplates, host);
/** The default templates always expand. */
export const addresses: readonly Address[] = isLeft(expansion) ? [] : expansion.right.addresses;

/** A stream as the log is one, with subjects as long as the log's, for who does the same without hd. */
export const bare = {
  stream: "HD_BARE_",
  durable: "bare_web1",
  requestSubject: requestSubject(alice, address).replace(/^hd/, "br"),
  responseFilter: responseFilter(address).replace(/^hd/, "br"),
  failedSubject: responseSubject(host.tier, host.hostname, "failed").replace(/^hd/, "br"),
  alertDurable: "bare_alerter",
} as const;
