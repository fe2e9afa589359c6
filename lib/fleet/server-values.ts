/** The single values of `[server]`. They go into the configuration of a nats-server, and none may hold a secret. */
import { type Codec, text } from "../contract/codec.ts";

export const port = String.raw`(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])`;
export const machine = String.raw`(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?)`;

export const Listen: Codec<string> = text("Listen", {
  pattern: new RegExp(`^${machine}:${port}$`),
  maxLength: 270,
  sentence: "an address and a port, such as 0.0.0.0:4222",
});

export const ServerUrl: Codec<string> = text("ServerUrl", {
  pattern: new RegExp(`^(?:nats|tls)://${machine}(?::${port})?$`),
  maxLength: 270,
  sentence: "a NATS server without a name or a password in it, such as nats://nats.example.org:4222",
});

export const RouteUrl: Codec<string> = text("RouteUrl", {
  pattern: new RegExp(`^(?:nats|tls)://${machine}:${port}$`),
  maxLength: 270,
  sentence: "another server of the cluster, such as nats://nats2.example.org:6222",
});

export const AbsolutePath: Codec<string> = text("AbsolutePath", {
  pattern: /^\/(?:[^\p{Cc}\p{Cs}])*$/u,
  maxLength: 1024,
  sentence: "a path on the server that begins with /",
});

export const FleetName: Codec<string> = text("FleetName", {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/,
  maxLength: 63,
  sentence: "a name (letters, digits, - and _, at most 63)",
});

/** As nats-server reads them: powers of 1024. */
const units = ["KB", "MB", "GB", "TB"] as const;

export const Size: Codec<string> = text("Size", {
  pattern: /^[1-9]\d{0,8}(?:MB|GB|TB)$/,
  maxLength: 11,
  sentence: "a size such as 512MB or 10GB",
});

export const bytesOf = (size: string): number => {
  const power = units.findIndex((unit) => size.endsWith(unit)) + 1;
  return Number.parseInt(size, 10) * 1024 ** power;
};
