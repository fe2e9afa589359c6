/**
 * `hd alerts silence`: alerts of a rule, about a host, or both, are recorded and not sent for a time. A host that there is none of
 * would be silenced for nothing, so it is refused; a rule cannot be known here before it has told something.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { builtInRules } from "../../../lib/contract/alert-rules.ts";
import { silenceSubject } from "../../../lib/contract/alert-subjects.ts";
import { type Failure, failure } from "../../../lib/contract/failure.ts";
import type { HostName, RuleName } from "../../../lib/contract/names.ts";
import { instant } from "../../../lib/contract/values.ts";
import type { Bus } from "../../../lib/router/ports.ts";
import type { SilenceRecord } from "../../../streams/alerts/alert-record.ts";
import type { Ledger } from "../../../streams/alerts/ledger.ts";
import { readOverview } from "../../../streams/alerts/overview.ts";
import type { OutputForm } from "../../args/output-arg.ts";
import type { CliEnv, Connection } from "../../env.ts";
import { exits } from "../../exits.ts";
import { timestamp } from "../../print/age.ts";
import { documentOf, line, whole } from "../../print/json.ts";
import { names } from "../../print/names.ts";
import { nearest } from "../../work/nearest.ts";
import { type Ended, withBus } from "../../work/with-bus.ts";
import { answer } from "../answer.ts";

export interface SilenceArgs {
  readonly rule: RuleName | undefined;
  readonly host: HostName | undefined;
  /** `undefined`: the silence ends now. */
  readonly forMs: number | undefined;
  readonly reason: string;
  readonly form: OutputForm;
}

type Covered = Pick<SilenceArgs, "rule" | "host">;

const coveredText = ({ rule, host }: Covered): string =>
  `${rule === undefined ? "every rule" : rule} on ${host === undefined ? "every host" : host}`;

const refused = (sentence: string): Either<Failure, never> => left(failure("invalid_request", sentence));

const knownHost = async ({ roster }: Bus, host: HostName | undefined): Promise<Either<Failure, void>> => {
  if (host === undefined) return right(undefined);
  const enrolled = await roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  const all = enrolled.right.map(({ hostname }) => hostname);
  if (all.includes(host)) return right(undefined);
  const [near] = nearest(host, all);
  const hint =
    near === undefined
      ? all.length === 0
        ? "No host is enrolled."
        : `There are ${names(all)}.`
      : `Did you mean ${near}?`;
  return refused(`Nothing was silenced: there is no host ${host}. ${hint}`);
};

/** Only what holds can be ended, and only as it was asked for: half of a silence is another one. */
const held = (ledger: Ledger, { rule, host }: Covered, nowMs: number): Either<Failure, void> => {
  const all = ledger.silences(nowMs);
  if (all.some(({ silence }) => silence.rule === rule && silence.host === host)) return right(undefined);
  const shown = all.map(
    ({ silence, requester }: SilenceRecord) =>
      `${coveredText({ rule: silence.rule, host: silence.host })} (by ${requester})`,
  );
  const others = shown.length === 0 ? "Nothing is silenced." : `Silenced are ${names(shown)}.`;
  return refused(`Nothing was changed: ${coveredText({ rule, host })} is not silenced. ${others}`);
};

const tell = ({ stdout, stderr }: CliEnv, args: SilenceArgs, { requester }: Connection, until: string): void => {
  const { rule, host, reason, form, forMs } = args;
  if (form !== "table") {
    const content = whole({ rule, host, by: requester, until, reason });
    stdout.write(
      form === "json"
        ? documentOf("Silence", content)
        : line({ type: "result", apiVersion: "hd/v1", kind: "Silence", ...content }),
    );
    return;
  }
  const what = coveredText(args);
  stderr.write(
    forMs === undefined
      ? `${what} is told again\n`
      : `${what} is silenced until ${timestamp(Date.parse(until))}: alerts are recorded and not sent\n`,
  );
};

/** Rules stand in a file that is not here, so a mistyped one cannot be refused. */
const warnIfNew = async ({ stderr }: CliEnv, bus: Bus, rule: RuleName): Promise<Either<Failure, void>> => {
  if (builtInRules.some((one) => one === rule)) return right(undefined);
  const overview = await readOverview(bus.alerts, ({ alert }) => alert.rule === rule);
  if (isLeft(overview)) return overview;
  if (overview.right.fired.length === 0)
    stderr.write(`warning: no alert of a rule ${rule} was written in the last 90 days; is its name right?\n`);
  return right(undefined);
};

const mayBe = async (cli: CliEnv, bus: Bus, args: SilenceArgs, nowMs: number): Promise<Either<Failure, void>> => {
  if (args.forMs !== undefined) {
    const host = await knownHost(bus, args.host);
    return isLeft(host) || args.rule === undefined ? host : warnIfNew(cli, bus, args.rule);
  }
  const overview = await readOverview(bus.alerts);
  return isLeft(overview) ? overview : held(overview.right.ledger, args, nowMs);
};

export const silence = (cli: CliEnv, connection: Connection, args: SilenceArgs): Promise<Ended> =>
  withBus(cli, connection, async (bus) => {
    const nowMs = cli.now();
    const { rule, host, reason, forMs = 0 } = args;
    const known = await mayBe(cli, bus, args, nowMs);
    if (isLeft(known)) return known;
    const until = instant(nowMs + forMs);
    const covered = { ...(rule === undefined ? {} : { rule }), ...(host === undefined ? {} : { host }) };
    const written = await answer(bus.alerts, silenceSubject(connection.requester), { ...covered, until, reason });
    if (isLeft(written)) return written;
    tell(cli, args, connection, until);
    return right(exits.done);
  });
