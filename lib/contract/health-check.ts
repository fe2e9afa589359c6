/**
 * A health check of a host, as its settings describe it and an order keeps it: a command, a TCP port or an HTTP address. It
 * is tried until it succeeds or its tries are used up.
 */
import { integer, list, prose, text } from "./codec.ts";
import { type Decoded, defaulted, optional, required, struct } from "./struct.ts";

const CheckName = text("CheckName", {
  pattern: /^[A-Za-z0-9][A-Za-z0-9 ._-]*$/,
  maxLength: 63,
  sentence: "a name of letters, digits, blanks, . _ and -, at most 63",
});

/** Exactly one of `command`, `tcp` and `http` is there. */
export const HealthCheck = struct("health check", {
  name: required(CheckName, "what it is called in messages"),
  command: optional(list(prose("Argument", 1000), 64), "a program and its arguments, no shell: healthy is exit code 0"),
  tcp: optional(
    text("TcpAddress", {
      pattern: /^(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\]):[1-9]\d{0,4}$/,
      maxLength: 300,
      sentence: "host:port",
    }),
    "a port: healthy is a connection",
  ),
  http: optional(
    text("HttpAddress", {
      pattern: /^https?:\/\/[^\s\p{Cc}]+$/u,
      maxLength: 2000,
      sentence: "an address that begins with http:// or https://",
    }),
    "an address: healthy is the expected status, without following redirects",
  ),
  status: optional(integer("HttpStatus", 100, 599), "with http: the expected status; without it any from 200 to 299"),
  timeout_ms: defaulted(integer("CheckTimeout", 1, 3_600_000), 10_000, "deadline of one try, in milliseconds"),
  tries: defaulted(integer("Tries", 1, 1000), 5, "how often it is tried before it counts as failed"),
  pause_ms: defaulted(integer("Pause", 0, 3_600_000), 1_000, "between two tries, in milliseconds"),
});
export type HealthCheck = Decoded<typeof HealthCheck.fields>;
