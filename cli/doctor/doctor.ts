/**
 * `hd doctor`: looks at everything between here and a working deployment and changes nothing. What rests on something that
 * failed is told as not checked, so that the first failure is the one to look at.
 */
import { type Either, isLeft, isRight, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { FoundPlace, Inspection } from "../../lib/router/inspection.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { GivenConnection } from "../connection/access.ts";
import { advised } from "../connection/advice.ts";
import { connectionOf } from "../connection/with-connection.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import type { Ended } from "../work/with-bus.ts";
import { type Finding, fail, failed, ok, skipped } from "./finding.ts";
import { clocks, encryption, identity, permissions, reached, settings } from "./link-checks.ts";
import { alerter, builder, copies, design, places, presence, room } from "./log-checks.ts";
import { printFindings } from "./print-findings.ts";
import { wishes } from "./wishes.ts";

export interface DoctorArgs {
  readonly form: OutputForm;
  readonly hosts: readonly HostName[];
  readonly flakeUrl: string | undefined;
  /** This machine is a host. */
  readonly onHost: boolean;
}

const none = (why: string, ...checks: readonly string[]): readonly Finding[] =>
  checks.map((check) => skipped(check, why));

const whoChecks = async (
  cli: CliEnv,
  { whoAmI, shown }: Inspection,
  connection: Connection,
): Promise<readonly Finding[]> => {
  const { requester } = connection;
  const asked = await whoAmI()();
  if (isLeft(asked))
    return [
      failed("identity", await advised(cli, connection, asked.left)),
      ...none("not known who this is", "clock", "permissions"),
    ];
  const found = asked.right;
  if (found === undefined) return [identity(found, shown), ...none("the server does not say", "clock", "permissions")];
  return [identity(found, shown), clocks(found.clocks), permissions(found, requester)];
};

const onLog = ["room", "copies", "wishes"] as const;
const onPlaces = ["places", "hosts"] as const;
const afterLog = [...onLog, ...onPlaces];

/** Not everyone may look: a host sees its own place only. */
const refusal = (checks: readonly string[], found: Failure): readonly Finding[] => {
  const [first = "", ...more] = checks;
  return found.code === "unauthorized"
    ? none("this identity may not look at it", ...checks)
    : [failed(first, found), ...none(`no ${first}`, ...more)];
};

const services = (found: readonly FoundPlace[]): readonly Finding[] => [...alerter(found), ...builder(found)];

const logChecks = async (
  cli: CliEnv,
  { log, places: placesOf, server }: Inspection,
  connection: Connection,
  hosts: readonly HostName[],
): Promise<readonly Finding[]> => {
  const found = await log()();
  if (isLeft(found) && found.left.code !== "unauthorized")
    return [failed("log", found.left), ...none("no log", ...afterLog)];
  const ofLog = isLeft(found)
    ? refusal(["log", ...onLog], found.left)
    : [
        ...[design(found.right), room(found.right, cli.now()), copies(found.right, server)],
        await wishes(cli, connection),
      ];
  const enrolled = await placesOf()();
  return [
    ...ofLog,
    ...(isLeft(enrolled)
      ? refusal(onPlaces, enrolled.left)
      : [places(enrolled.right, hosts), presence(enrolled.right, hosts), ...services(enrolled.right)]),
  ];
};

const jetStream = ({ jetStream: on, clustered }: Inspection["server"]): Finding =>
  on || clustered
    ? ok("JetStream", on ? "on" : "not on this server, which is one of a cluster")
    : fail("JetStream", "off on this server, so there can be no log", "Add a jetstream block to its configuration.");

const throughServer = async (
  cli: CliEnv,
  inspection: Inspection,
  connection: Connection,
  { hosts }: DoctorArgs,
): Promise<readonly Finding[]> => {
  const { server } = inspection;
  const who = await whoChecks(cli, inspection, connection);
  const stream = jetStream(server);
  const isKnown = who[0]?.mark !== "fail";
  const before = [reached(server), encryption(server, connection.servers), ...who, stream];
  if (stream.mark === "fail") return [...before, ...none("no JetStream", "log", ...afterLog)];
  if (!isKnown) return [...before, ...none("not known who this is", "log", ...afterLog)];
  return [...before, ...(await logChecks(cli, inspection, connection, hosts))];
};

const afterServer = ["encryption", "identity", "clock", "permissions", "JetStream", "log", ...afterLog];

/** Files are looked at before anything is dialled. */
const unreached = (found: Failure): readonly Finding[] =>
  found.code === "unusable_key"
    ? [failed("files", found), ...none("no credentials", "server", ...afterServer)]
    : [failed("server", found), ...none("no server", ...afterServer)];

const natsChecks = async (
  cli: CliEnv,
  connection: Either<Failure, Connection>,
  args: DoctorArgs,
): Promise<readonly Finding[]> => {
  if (isLeft(connection))
    return [failed("settings", connection.left), ...none("no settings", "server", ...afterServer)];
  const inspection = await cli.inspect(connection.right)();
  const told = settings(connection.right);
  if (isLeft(inspection)) return [told, ...unreached(await advised(cli, connection.right, inspection.left))];
  try {
    return [told, ...(await throughServer(cli, inspection.right, connection.right, args))];
  } finally {
    await inspection.right.close();
  }
};

const flakeChecks = async ({ machine }: CliEnv, { flakeUrl }: DoctorArgs): Promise<readonly Finding[]> => {
  if (flakeUrl === undefined) return [];
  const refs = await machine.refs(flakeUrl)();
  return [
    isRight(refs) ? ok("flake", `can be read, with ${refs.right} branches and tags`) : failed("flake", refs.left),
  ];
};

const needed = ["git", "nix", "nixos-rebuild"] as const;

const hostChecks = async ({ machine }: CliEnv, { onHost }: DoctorArgs): Promise<readonly Finding[]> => {
  if (!onHost) return [];
  const missing = await machine.missing(needed);
  return [
    missing.length === 0
      ? ok("programs", `${needed.join(", ")} are there`)
      : fail("programs", `not on PATH: ${missing.join(", ")}`, "Put them into the path of the listener's unit."),
  ];
};

export const doctor = async (cli: CliEnv, given: GivenConnection, args: DoctorArgs): Promise<Ended> => {
  const connection = await connectionOf(cli, given, args.form);
  const findings = [
    ...(await natsChecks(cli, connection, args)),
    ...(await flakeChecks(cli, args)),
    ...(await hostChecks(cli, args)),
  ];
  printFindings(cli, args.form, findings);
  return right(findings.some(({ mark }) => mark === "fail") ? exits.failed : exits.done);
};
