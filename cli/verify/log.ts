/** The check of the log itself, with what its hosts announce; or of an export in its place, with nobody to ask. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import { logStream } from "../../lib/contract/log-names.ts";
import type { Bus } from "../../lib/router/ports.ts";
import { checkLog } from "../../streams/check/log-check.ts";
import type { Surroundings } from "../../streams/check/open-ends.ts";
import type { Keys } from "../../streams/check/signatures.ts";
import { exportReader } from "../../streams/export-reader.ts";
import { seenOf } from "../../streams/presences.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exportFile } from "../export/export-file.ts";
import { lend } from "../work/with-bus.ts";
import type { Check } from "./verify.ts";

/** Before the log is read: what is announced afterwards may be of a deployment that is not in it yet. */
const surroundings = async (cli: CliEnv, { roster, presences }: Bus): Promise<Either<Failure, Surroundings>> => {
  const enrolled = await roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const names = enrolled.right.map(({ hostname }) => hostname);
  const values = await presences.of(names)();
  if (isLeft(values)) return values;
  const seen = new Map(
    names.flatMap((host) => {
      const announced = seenOf(values.right ?? [], host);
      return announced === undefined ? [] : [[host, announced] as const];
    }),
  );
  return right({ nowMs: cli.now(), enrolled: enrolled.right, seen });
};

export const logCheck =
  (cli: CliEnv, connection: Connection, keys: Keys | undefined): Check =>
  async () => {
    const around = await lend<Bus, Surroundings>(cli.connect(connection), (bus) => surroundings(cli, bus));
    if (isLeft(around)) return around;
    const options = { name: logStream, around: around.right, keys };
    return lend(cli.logRecords(connection), (log) => checkLog(log, options)());
  };

export const exportOnlyCheck =
  (cli: CliEnv, file: string, keys: Keys | undefined): Check =>
  async () => {
    const around = { nowMs: cli.now(), enrolled: undefined, seen: new Map() };
    return lend(
      () => Promise.resolve(right(exportReader(exportFile(file)))),
      async (log) => {
        const summary = await log.summary()();
        return isLeft(summary) ? summary : checkLog(log, { name: file, around, keys, exported: summary.right })();
      },
    );
  };
