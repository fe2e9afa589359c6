/**
 * A server takes header names that its client throws at, and whoever may append can send one. Here such a message becomes one
 * that has only what a client can read, so that one record does not make all others unreadable.
 */
import { headers, type Msg, type MsgHdrs } from "nats";
import { headerLines } from "./raw-record.ts";

const readable = (message: Msg): MsgHdrs => {
  const kept = headers();
  for (const [name, value] of headerLines(message)) {
    try {
      kept.append(name, value);
    } catch {
      // Nobody who reads it by a client will ever know it.
    }
  }
  return kept;
};

/** The message itself, unless its headers cannot be read. */
export const tame = (message: Msg): Pick<Msg, "data" | "headers"> => {
  try {
    void message.headers;
    return message;
  } catch {
    return { data: message.data, headers: readable(message) };
  }
};
