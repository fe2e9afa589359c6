/** Where a service shows its metrics: an address of this machine and a port; 0 is any that is free. */
import { type Text, text } from "./codec.ts";

export type MetricsAddress = Text<"MetricsAddress">;
export const MetricsAddress = text("MetricsAddress", {
  pattern:
    /^(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\]):(?:\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/,
  maxLength: 300,
  sentence: "address:port, such as 127.0.0.1:9473 or [::1]:9473",
});

/** As a socket takes it. */
export const placeOfMetrics = (address: MetricsAddress): { readonly host: string; readonly port: number } => {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
};
