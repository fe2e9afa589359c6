/** All faults, in the order in which they are played. A new one is a file in faults/ and a line here. */
import { buildDeaf, buildFloods, buildForks, buildHangs } from "./faults/builds.ts";
import { cancelled } from "./faults/cancelled.ts";
import { clockJumps } from "./faults/clock-jumps.ts";
import { hostKilled } from "./faults/host-killed.ts";
import { journalCorrupted, journalTorn } from "./faults/journal-damaged.ts";
import { leaderKilled } from "./faults/leader-killed.ts";
import { listenerKilled } from "./faults/listener-killed.ts";
import { logFull, logFullMidway } from "./faults/log-full.ts";
import { nodeCutOff, nodeFrozen } from "./faults/node-cut-off.ts";
import { branchVanishes, repositoryVanishes } from "./faults/revision-vanishes.ts";
import { upgradeDoesNotStart, upgradeWorks } from "./faults/self-upgrade.ts";
import { serverKilled } from "./faults/server-killed.ts";
import {
  buildDiskFull,
  stateFull,
  stateFullMidway,
  stateReadOnly,
  stateReadOnlyMidway,
} from "./faults/state-folder.ts";
import {
  switchCutsNetwork,
  switchCutsNetworkShortly,
  switchDoesNothing,
  switchKillsListener,
  switchRestartsServer,
  switchUnitsFail,
} from "./faults/switches.ts";
import type { Fault } from "./support/fault.ts";

export const faults: readonly Fault[] = [
  listenerKilled,
  hostKilled,
  serverKilled,
  leaderKilled,
  nodeCutOff,
  nodeFrozen,
  logFull,
  logFullMidway,
  stateFull,
  stateFullMidway,
  stateReadOnly,
  stateReadOnlyMidway,
  journalTorn,
  journalCorrupted,
  clockJumps,
  cancelled,
  buildHangs,
  buildDeaf,
  buildForks,
  buildFloods,
  buildDiskFull,
  branchVanishes,
  repositoryVanishes,
  switchDoesNothing,
  switchUnitsFail,
  switchKillsListener,
  switchRestartsServer,
  switchCutsNetwork,
  switchCutsNetworkShortly,
  upgradeWorks,
  upgradeDoesNotStart,
];
