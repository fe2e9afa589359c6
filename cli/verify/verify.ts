/** `hd verify`: makes one check after the other, and ends badly when any found something. A check that cannot be made ends it. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../../lib/contract/failure.ts";
import { instant } from "../../lib/contract/values.ts";
import type { Checked, Example } from "../../streams/finding.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import { whole, writeList } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import type { Ended } from "../work/with-bus.ts";
import { checkedText } from "./checked-text.ts";

export type Check = TaskEither<Failure, Checked>;

const exampleOf = ({ seq, text, atMs }: Example): object =>
  whole({ sequence: seq, text, since: atMs === undefined ? null : instant(atMs) });

const documentOf = ({ check, facts, findings, verdict }: Checked): object => ({
  ...{ check, verdict, facts },
  findings: findings.map(({ code, isLoss, message, count, ranges, uncounted, examples = [] }) => ({
    ...{ code, loss: isLoss, message, count, sequences: ranges, more: uncounted },
    examples: examples.map(exampleOf),
  })),
});

export const verify = async (
  { stdout, env, now }: Pick<CliEnv, "stdout" | "env" | "now">,
  form: OutputForm,
  checks: readonly Check[],
): Promise<Ended> => {
  const made: Checked[] = [];
  for (const check of checks) {
    const checked = await check();
    if (isLeft(checked)) return checked;
    made.push(checked.right);
  }
  if (form === "table") stdout.write(made.map((one) => checkedText(one, paintFor(stdout, env), now())).join("\n"));
  else writeList(stdout, form, { kind: "Verification", key: "checks", items: made.map(documentOf) });
  return right(made.some(({ findings }) => findings.length > 0) ? exits.failed : exits.done);
};
