/** A health check by a TCP port: healthy is a connection, which is closed at once and without a byte. */
import { connect } from "node:net";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { reasonOf } from "../contract/network-reason.ts";
import { seconds } from "./limit.ts";
import { within } from "./within.ts";

/** `host:port`, an IPv6 address in brackets. */
const parts = (address: string): { readonly host: string; readonly port: number } => {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  return { host, port: Number(address.slice(colon + 1)) };
};

export const probeTcp = async (address: string, timeoutMs: number): Promise<Either<string, void>> => {
  const { host, port } = parts(address);
  if (!(port >= 1 && port <= 65_535)) return left(`${address} has no port between 1 and 65535`);
  const socket = connect({ host, port });
  const answered = new Promise<Either<string, void>>((resolve) => {
    socket.once("connect", () => resolve(right(undefined)));
    socket.on("error", (error) => resolve(left(`${address} took no connection: ${reasonOf(error)}`)));
  });
  try {
    const late = left(`${address} took no connection within ${seconds(timeoutMs)}`);
    return (await within(answered, timeoutMs)) ?? late;
  } finally {
    socket.destroy();
  }
};
