/** The rules that are always there. They go to every sink: whoever is told anything is told that the log fails. */
import type { AlertRules, BuiltInRule, Severity } from "../../lib/contract/alert-rules.ts";
import type { RuleName } from "../../lib/contract/names.ts";
import type { Telling } from "./fire.ts";

const severities: Readonly<Record<BuiltInRule, Severity>> = {
  "log-filling": "warning",
  "log-full": "critical",
  undeliverable: "critical",
};

export const builtInRule = (name: BuiltInRule, { sinks }: AlertRules): Telling => ({
  name: name as string as RuleName,
  severity: severities[name],
  to: sinks.map((sink) => sink.name),
});
