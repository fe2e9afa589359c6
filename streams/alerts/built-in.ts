/** The rules that are always there. They go to every sink: whoever is told anything is told that the log fails. */
import type { AlertRules, BuiltInRule, Severity } from "../../lib/contract/alert-rules.ts";
import type { RuleName } from "../../lib/contract/names.ts";
import type { Telling } from "./fire.ts";

const builtIn: Readonly<Record<BuiltInRule, { readonly severity: Severity; readonly recovery: boolean }>> = {
  "log-filling": { severity: "warning", recovery: true },
  "log-full": { severity: "critical", recovery: true },
  undeliverable: { severity: "critical", recovery: false },
};

export const builtInRule = (name: BuiltInRule, { sinks }: AlertRules): Telling => ({
  name: name as string as RuleName,
  ...builtIn[name],
  to: sinks.map((sink) => sink.name),
});
