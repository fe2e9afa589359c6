/** All faults, in the order in which they are played. A new one is a file in faults/ and a line here. */
import { hostKilled } from "./faults/host-killed.ts";
import { listenerKilled } from "./faults/listener-killed.ts";
import { serverKilled } from "./faults/server-killed.ts";
import type { Fault } from "./support/fault.ts";

export const faults: readonly Fault[] = [listenerKilled, hostKilled, serverKilled];
