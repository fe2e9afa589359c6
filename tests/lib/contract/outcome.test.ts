/** What counts as an outcome, and by which labels: a closed list, whatever a host says. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { failureCodes } from "../../../lib/contract/failure.ts";
import { outcomeActions, outcomeCodes, outcomeOf } from "../../../lib/contract/outcome.ts";
import { deploy } from "../../../lib/contract/routes/deploy.ts";
import { ErrorCode, isTerminal, type Status, Verb } from "../../../lib/contract/values.ts";
import { fit, hostName } from "../../support/fixtures.ts";

const test = suite("lib/contract/outcome");

const said = (changes: Partial<DeployEvent>): DeployEvent => ({
  ...{ hostname: hostName("web1"), status: "failed", error: null, message: "m" },
  ...changes,
});

const statuses: readonly Status[] = ["accepted", "rejected", "started", "completed", "failed", "applied"];

test("whatever a host says is counted by labels of the list", () => {
  const code = fc.oneof(fc.constantFrom(...failureCodes), fc.stringMatching(/^[a-z][a-z_]{0,20}$/));
  fc.assert(
    fc.property(fc.constantFrom(...statuses), fc.option(code), (status, error) => {
      const outcome = outcomeOf(said({ status, error: error === null ? null : fit(ErrorCode, error) }));
      if (status === "applied" || !isTerminal(status)) return assert.is(outcome, undefined);
      if (outcome === undefined) throw new Error(status);
      const codes: readonly string[] = outcomeCodes[outcome.status];
      assert.ok(codes.includes(outcome.code));
      assert.ok(outcomeActions.includes(outcome.action));
    }),
  );
});

test("what the route of a deployment declares has a series of its own", () => {
  const codes: readonly string[] = outcomeCodes.rejected;
  for (const code of deploy.failures) assert.ok(codes.includes(code), code);
  for (const codes of Object.values(outcomeCodes)) assert.is(new Set(codes).size, codes.length);
});

test("requests for control are no deployments; what was refused took no time", () => {
  for (const control of ["cancel", "freeze", "unfreeze"])
    assert.is(outcomeOf(said({ status: "rejected", control: fit(Verb, control) })), undefined);
  assert.is(outcomeOf(said({ status: "rejected", elapsed_ms: 5 }))?.elapsedMs, undefined);
  assert.is(outcomeOf(said({ elapsed_ms: 5 }))?.elapsedMs, 5);
});

test.run();
