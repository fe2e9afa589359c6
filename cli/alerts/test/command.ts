/** `hd alerts test` as a command line. The rules are read, and refused, before anything is connected. */
import { command } from "cmd-ts";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Rule } from "../../../lib/contract/alert-rules.ts";
import { integer } from "../../../lib/contract/codec.ts";
import { type Failure, failure } from "../../../lib/contract/failure.ts";
import { RuleName } from "../../../lib/contract/names.ts";
import type { LoadedRules } from "../../../lib/fleet/load-rules.ts";
import { numberArg, textArg } from "../../args/arg-type.ts";
import { commandLine } from "../../args/command-line.ts";
import { connectionArgs } from "../../args/connection.ts";
import { pastArg } from "../../args/moment-arg.ts";
import { defaulted } from "../../args/option.ts";
import { outputArg } from "../../args/output-arg.ts";
import { positional } from "../../args/positional.ts";
import { withConnection } from "../../connection/with-connection.ts";
import type { CliEnv } from "../../env.ts";
import { names } from "../../print/names.ts";
import { nearest } from "../../work/nearest.ts";
import type { Ended } from "../../work/with-bus.ts";
import { rulesArgs, rulesGiven } from "../rules-args.ts";
import { testRule } from "./test.ts";

const dayMs = 86_400_000;

const ruleIn = ({ rules, file }: LoadedRules, name: RuleName): Either<Failure, Rule> => {
  const found = rules.rules.find((rule) => rule.name === name);
  if (found !== undefined) return right(found);
  const known = rules.rules.map((rule) => rule.name);
  const [meant] = nearest(name, known);
  const others = known.length === 0 ? "It has none." : `It has ${names(known)}.`;
  const hint = meant === undefined ? others : `Did you mean ${meant}?`;
  return left(failure("invalid_request", `${file} has no rule ${name}. ${hint}`));
};

const argsOf = (cli: CliEnv) => ({
  rule: positional(textArg("rule", RuleName), "the name of a rule"),
  sinceMs: defaulted(
    cli.env,
    {
      long: "since",
      type: pastArg(cli.now),
      about: "as if it had been switched on then: 90d, 2026-01-31 or 2026-01-31 14:00 (UTC)",
      shown: "30d",
    },
    () => right(cli.now() - 30 * dayMs),
  ),
  limit: defaulted(
    cli.env,
    {
      long: "limit",
      short: "n",
      type: numberArg("count", integer("Limit", 1, 100_000)),
      about: "show at most so many alerts, the newest; all are counted",
      shown: "50",
    },
    () => right(50),
  ),
  ...rulesArgs(cli),
  form: outputArg(cli.env),
  connection: connectionArgs(cli),
});

export const testCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd alerts test",
      args: argsOf(cli),
      examples: [
        {
          command: "hd alerts test failed --rules alerts.toml --since 90d",
          description: "what people would have been told in the last 90 days; nothing is sent",
        },
      ],
      handler: async ({ rule: name, rules, fleet, connection, ...asked }): Promise<Ended> => {
        const loaded = await rulesGiven({ rules, fleet });
        if (isLeft(loaded)) return loaded;
        const rule = ruleIn(loaded.right, name);
        if (isLeft(rule)) return rule;
        return withConnection(cli, connection, asked.form, (made) =>
          testRule(cli, made, { ...asked, rule: rule.right }),
        );
      },
    }),
  );
