/** `hd diff`: what changed on which hosts between two moments, by the log alone. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { Bus } from "../../lib/router/ports.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { timestamp } from "../print/age.ts";
import { whole, writeList } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { placeOf, readStatus } from "../status/read-status.ts";
import { partDocument } from "../status/status-document.ts";
import { chosen } from "../work/chosen.ts";
import { type Ended, withBus } from "../work/with-bus.ts";
import { type Change, changes, type Span } from "./change.ts";
import { changeTable } from "./change-table.ts";

export interface DiffArgs {
  readonly targets: readonly string[];
  readonly fromMs: number;
  /** `undefined`: now. */
  readonly toMs: number | undefined;
  readonly form: OutputForm;
}

interface Diff extends Span {
  readonly changed: readonly Change[];
  readonly unchanged: number;
}

const spanOf = async (bus: Bus, { fromMs, toMs }: DiffArgs, nowMs: number): Promise<Either<Failure, Span>> => {
  if (fromMs >= (toMs ?? nowMs)) {
    const [from, to] = [timestamp(fromMs), timestamp(toMs ?? nowMs)];
    return left(failure("invalid_request", `${from} is not before ${to}; turn them round.`));
  }
  const from = await placeOf(bus, { atMs: fromMs, nowMs });
  if (isLeft(from)) return from;
  const to = await placeOf(bus, { atMs: toMs, nowMs });
  return isLeft(to) ? to : right({ from: from.right, to: to.right });
};

const compare = async (
  { env }: CliEnv,
  { repeated }: Connection,
  bus: Bus,
  { from, to }: Span,
  targets: readonly string[],
): Promise<Either<Failure, Diff>> => {
  const enrolled = await bus.roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const known = { enrolled: enrolled.right, announced: [], former: true };
  const [before, after] = await Promise.all([readStatus(bus, from, known), readStatus(bus, to, known)]);
  if (isLeft(before)) return before;
  if (isLeft(after)) return after;
  const meant = chosen(after.right, targets, env, repeated);
  if (isLeft(meant)) return meant;
  const changed = await changes(bus.log, { from, to }, before.right, meant.right);
  if (isLeft(changed)) return changed;
  return right({ from, to, changed: changed.right, unchanged: meant.right.length - changed.right.length });
};

const documentOf = ({ from, to, completed, failed }: Change): object =>
  whole({
    ...{ host: to.host, tier: to.tier, completed, failed },
    from: whole({ runs: partDocument(from.runs), boots: partDocument(from.boots) }),
    to: whole({ runs: partDocument(to.runs), boots: partDocument(to.boots) }),
  });

const print = ({ stdout, stderr, env }: CliEnv, form: OutputForm, { from, to, changed, unchanged }: Diff): void => {
  if (form !== "table") {
    const [since, until] = [from, to].map(({ atMs }) => new Date(atMs).toISOString());
    const more = { from: since, from_seq: from.seq, to: until, to_seq: to.seq, unchanged };
    writeList(stdout, form, { kind: "Diff", key: "hosts", items: changed.map(documentOf), more });
    return;
  }
  const place = (text: string, seq: number) => `${text} (record ${seq})`;
  stderr.write(`from ${place(timestamp(from.atMs), from.seq)} to ${place(timestamp(to.atMs), to.seq)}\n`);
  const width = stdout.isTTY ? stdout.size().columns : undefined;
  stdout.write(changeTable(changed, unchanged, { paint: paintFor(stdout, env), width }));
};

export const diff = (cli: CliEnv, connection: Connection, args: DiffArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const span = await spanOf(bus, args, cli.now());
    if (isLeft(span)) return span;
    const found = await compare(cli, connection, bus, span.right, args.targets);
    if (isLeft(found)) return found;
    print(cli, args.form, found.right);
    return right(exits.done);
  });
