/** What a listener says of itself when asked who is there. The first three fields are the original protocol. */
import { Address } from "./address.ts";
import { list, toggle } from "./codec.ts";
import { HostName, Role, Tier } from "./names.ts";
import { type Decoded, optional, required, struct } from "./struct.ts";
import { RequestId, Version } from "./values.ts";

export const HostInfo = struct("discover response", {
  hostname: required(HostName, "the host"),
  tier: required(Tier, "its tier"),
  deploy_subjects: required(list(Address, 64), "the addresses it serves"),
  roles: optional(list(Role, 32), "its roles"),
  version: optional(Version, "the version of its listener"),
  deploying: optional(RequestId, "the request it is working on"),
  simulated: optional(toggle("Simulated"), "true when a stand-in for Nix takes its place on this host"),
});

export type HostInfo = Decoded<typeof HostInfo.fields>;
