/** The check of what waits for a person's word: read from the log itself, as whoever approves reads it. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Failure } from "../../lib/contract/failure.ts";
import { openWishes } from "../approve/found.ts";
import type { CliEnv, Connection } from "../env.ts";
import { age, timestamp } from "../print/age.ts";
import { type Finding, ok, skipped, warn } from "./finding.ts";

const check = "wishes";

const unread = ({ message }: Failure): Finding => skipped(check, message.replace(/\.$/, ""));

/** Oldest first, as they stand in the log. */
export const wishes = async (cli: CliEnv, connection: Connection): Promise<Finding> => {
  const bus = await cli.connect(connection)();
  if (isLeft(bus)) return unread(bus.left);
  const open = await openWishes(bus.right.log, cli.now());
  await bus.right.close();
  if (isLeft(open)) return unread(open.left);
  const [oldest] = open.right;
  if (oldest === undefined) return ok(check, "none waits for a person");
  const { atMs } = oldest.wish;
  const since = `the oldest since ${timestamp(atMs)} (${age(atMs, cli.now())})`;
  const waiting = open.right.length === 1 ? "1 waits" : `${open.right.length} wait`;
  const remedy = "Have a person look at them with `hd approve --list`: after an hour they expire.";
  return warn(check, `${waiting} for a person, ${since}`, remedy);
};
