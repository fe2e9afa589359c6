/** What a server can do, by its version. Asked at each use, because a reconnect may lead to another server. */
import { compare, type NatsConnection, parseSemVer } from "nats";

/** The oldest server that one durable consumer can serve several subjects on. */
export const oldestServer = "2.10.0";

/** The first server that answers a direct get with many records. */
export const batchServer = "2.11.0";

export const isAtLeast = ({ info }: Pick<NatsConnection, "info">, version: string): boolean =>
  info !== undefined && compare(parseSemVer(info.version), parseSemVer(version)) >= 0;
