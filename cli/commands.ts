/**
 * The commands as they are run. All in one, and imported as one: a file that is loaded costs a start more than the code of
 * a command does. Only what an assistant's client waits for is loaded without the others: see run-cli.ts. What is heavy (a
 * NATS client, the listener, the live picture) is imported by whoever needs it.
 */
import { alerterCommand } from "./alerter/command.ts";
import { alertsAckCommand } from "./alerts/ack/command.ts";
import { alertsListCommand } from "./alerts/list/command.ts";
import { sendTestCommand } from "./alerts/send-test/command.ts";
import { alertsSilenceCommand } from "./alerts/silence/command.ts";
import { testCommand } from "./alerts/test/command.ts";
import { approveCommand, denyCommand } from "./approve/command.ts";
import type { CommandLine } from "./args/command-line.ts";
import { buildCommand } from "./build/command.ts";
import { buildsCommand } from "./build/list-command.ts";
import { builderCommand } from "./builder/command.ts";
import { cancelCommand } from "./cancel/command.ts";
import type { CommandName } from "./command-table.ts";
import { deployCommand } from "./deploy/command.ts";
import { changesCommand } from "./diff/command.ts";
import { doctorCommand } from "./doctor/command.ts";
import type { CliEnv } from "./env.ts";
import { exportCommand } from "./export/command.ts";
import { freezeCommand, unfreezeCommand } from "./freeze/commands.ts";
import { historyCommand } from "./history/command.ts";
import { hostAddCommand, hostRemoveCommand, hostRenameCommand } from "./host/commands.ts";
import { hostsCommand } from "./hosts/command.ts";
import { importCommand } from "./import/command.ts";
import { initCommand } from "./init/command.ts";
import { keyRotateCommand } from "./key/command.ts";
import { listenerCommand } from "./listener/command.ts";
import { mcpCommand } from "./mcp/command.ts";
import { replayCommand } from "./replay/command.ts";
import { rollbackCommand } from "./rollback/command.ts";
import { showCommand } from "./show/command.ts";
import { statusCommand } from "./status/command.ts";
import { applyCommand } from "./streams/apply-command.ts";
import { diffCommand } from "./streams/diff-command.ts";
import { upCommand } from "./up/command.ts";
import { userAddCommand, userRemoveCommand } from "./user/commands.ts";
import { verifyCommand } from "./verify/command.ts";
import { watchCommand } from "./watch/command.ts";
import { whoamiCommand } from "./whoami/command.ts";

export const commands: Readonly<Record<CommandName, (cli: CliEnv) => CommandLine>> = {
  deploy: deployCommand,
  build: buildCommand,
  watch: watchCommand,
  cancel: cancelCommand,
  approve: approveCommand,
  deny: denyCommand,
  replay: replayCommand,
  rollback: rollbackCommand,
  freeze: freezeCommand,
  unfreeze: unfreezeCommand,
  hosts: hostsCommand,
  status: statusCommand,
  diff: changesCommand,
  history: historyCommand,
  builds: buildsCommand,
  show: showCommand,
  whoami: whoamiCommand,
  doctor: doctorCommand,
  export: exportCommand,
  import: importCommand,
  listener: listenerCommand,
  alerter: alerterCommand,
  builder: builderCommand,
  "alerts list": alertsListCommand,
  "alerts silence": alertsSilenceCommand,
  "alerts ack": alertsAckCommand,
  "alerts test": testCommand,
  "alerts send-test": sendTestCommand,
  mcp: mcpCommand,
  init: initCommand,
  "host add": hostAddCommand,
  "host remove": hostRemoveCommand,
  "host rename": hostRenameCommand,
  "user add": userAddCommand,
  "user remove": userRemoveCommand,
  "key rotate": keyRotateCommand,
  "streams apply": applyCommand,
  "streams diff": diffCommand,
  verify: verifyCommand,
  up: upCommand,
};
