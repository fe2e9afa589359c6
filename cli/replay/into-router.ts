/**
 * `hd replay --into-router`: puts recorded requests to hosts that only decide, and prints each decision beside the recorded
 * one. Nothing is sent, appended or run; of a log in use only what it holds at the start is read.
 */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { Address } from "../../lib/contract/address.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import { type PassedOver, type Rehearsed, type RehearsedRow, rehearse } from "../../streams/rehearsal.ts";
import { logSource, type Source } from "../../streams/rehearsal-source.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { GivenConnection } from "../connection/access.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import { documentOf, line } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { type Ended, lend, withBus } from "../work/with-bus.ts";
import { fileSource } from "./record-file.ts";
import { type Count, rehearsalTable, rowDocument, summaryOf } from "./rehearsal-text.ts";

export interface IntoRouter {
  /** A file, or `stream`: the log in use. */
  readonly from: string;
  readonly hosts: readonly HostIdentity[];
  readonly trustedKeysFile: string | undefined;
  readonly queueMs: number;
  readonly frozen: readonly Address[];
  readonly onlyDifferent: boolean;
  readonly form: OutputForm;
}

/** Thrown by a source that is told to stop, and caught nowhere but here. */
const stopped = Symbol("stopped");

const stoppable =
  (source: Source, isStopped: () => boolean): Source =>
  (visit) =>
    source(async (entry) => {
      if (isStopped()) throw stopped;
      await visit(entry);
    });

const passedOverText = ({ place, reason }: PassedOver): string => `passed over: ${place}, ${reason}`;

/** Of what is passed over a screen is told, and the rest is counted. */
const mostPassedOver = 20;

interface Tally extends Count {
  readonly passedOver: readonly PassedOver[];
  readonly uncounted: number;
}

/** Holds what is to be printed; as JSON lines each is printed at once. */
const collecting = ({ stdout }: Pick<CliEnv, "stdout">, { form, onlyDifferent }: IntoRouter) => {
  const rows: RehearsedRow[] = [];
  const passed: PassedOver[] = [];
  const count = { same: 0, different: 0, "not reproducible": 0, passed: 0 };
  return {
    rows,
    row: (row: RehearsedRow): void => {
      count[row.verdict] += 1;
      if (onlyDifferent && row.verdict !== "different") return;
      if (form === "ndjson") stdout.write(line({ type: "item", ...rowDocument(row) }));
      else rows.push(row);
    },
    passedOver: (what: PassedOver): void => {
      count.passed += 1;
      if (passed.length < mostPassedOver) passed.push(what);
    },
    tally: (): Tally => ({
      ...{ same: count.same, different: count.different, notReproducible: count["not reproducible"] },
      passedOver: passed,
      uncounted: count.passed - passed.length,
    }),
  };
};

type Collected = ReturnType<typeof collecting>;

/** What a person has to know to believe the summary. */
const notesOn = ({ requests, unaddressed, first }: Rehearsed, { uncounted, passedOver }: Tally): readonly string[] => [
  ...passedOver.map(passedOverText),
  ...(uncounted > 0 ? [`passed over: ${uncounted} more`] : []),
  ...(requests === 0 ? ["this record holds no request"] : []),
  ...(unaddressed > 0 ? [`${unaddressed} of ${requests} requests were asked of no host of this rehearsal`] : []),
  ...(first > 1 ? [`this record begins at sequence ${first}; what was before is not known`] : []),
];

const summaryDocument = (rehearsed: Rehearsed, { passedOver, uncounted, ...count }: Tally): object => ({
  ...{ same: count.same, different: count.different, not_reproducible: count.notReproducible },
  ...{ hosts: rehearsed.hosts, requests: rehearsed.requests, unaddressed: rehearsed.unaddressed },
  first_seq: rehearsed.first,
  passed_over: passedOver,
  passed_over_more: uncounted,
});

const print = (cli: CliEnv, { form }: IntoRouter, rehearsed: Rehearsed, { rows, tally }: Collected): void => {
  const { stdout, stderr, env } = cli;
  const told = tally();
  const summary = summaryDocument(rehearsed, told);
  if (form === "ndjson") stdout.write(line({ type: "result", apiVersion: "hd/v1", kind: "Rehearsal", ...summary }));
  if (form === "json") stdout.write(documentOf("Rehearsal", { ...summary, decisions: rows.map(rowDocument) }));
  if (form !== "table") return;
  for (const note of notesOn(rehearsed, told)) stderr.write(`${note}\n`);
  const width = stdout.isTTY ? stdout.size().columns : undefined;
  stdout.write(`${rehearsalTable(rows, { paint: paintFor(stdout, env), width })}${summaryOf(told)}\n`);
};

const rehearsed = async (cli: CliEnv, source: Source, args: IntoRouter): Promise<Ended> => {
  const { hosts, trustedKeysFile, queueMs, frozen } = args;
  const collected = collecting(cli, args);
  const { row, passedOver } = collected;
  return lend(cli.rehearse({ trustedKeysFile, queueMs, frozen }), async (stage) => {
    const ended = await rehearse(source, stage, { hosts, isChecking: trustedKeysFile !== undefined, row, passedOver });
    if (isLeft(ended)) return ended;
    print(cli, args, ended.right, collected);
    return right(collected.tally().different > 0 ? exits.differences : exits.done);
  });
};

const untilStopped = async (cli: CliEnv, source: Source, args: IntoRouter): Promise<Ended> => {
  let isStopped = false;
  const heed = cli.onInterrupt(() => {
    isStopped = true;
  });
  try {
    return await rehearsed(
      cli,
      stoppable(source, () => isStopped),
      args,
    );
  } catch (thrown) {
    if (thrown === stopped) return right(exits.interrupted);
    throw thrown;
  } finally {
    heed();
  }
};

export const intoRouter = (cli: CliEnv, given: GivenConnection, args: IntoRouter): Promise<Ended> => {
  if (args.from !== "stream") return untilStopped(cli, fileSource(args.from), args);
  return withConnection(cli, given, args.form, (connection) =>
    withBus(cli, connection, async (bus) => {
      const source = await logSource(bus.log);
      return isLeft(source) ? source : untilStopped(cli, source.right, args);
    }),
  );
};
