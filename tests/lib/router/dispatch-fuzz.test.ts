/**
 * Ten thousand messages from anyone at all: each ends in one decision, and what is not valid never reaches the handler. The
 * judge of validity is the published JSON Schema, read by ajv, so that the decoder does not judge itself.
 */
import { Ajv2020, type AnySchema } from "ajv/dist/2020.js";
import fc from "fast-check";
import * as TE from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { read } from "../../../lib/contract/codec.ts";
import { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { isFailureCode } from "../../../lib/contract/failure.ts";
import type { Handler } from "../../../lib/contract/route.ts";
import { deploy } from "../../../lib/contract/routes/deploy.ts";
import { RequestId } from "../../../lib/contract/values.ts";
import { dispatch } from "../../../lib/router/dispatch.ts";
import { rejection } from "../../../lib/router/rejection.ts";
import { anyBody } from "../../support/arbitraries.ts";
import { event, noonMs, order, origin, web1 } from "../../support/fixtures.ts";

const test = suite("lib/router/dispatch-fuzz");

const accepted = event(order(), { status: "accepted" });
/** The schema as a receiver reads it: unknown keys are a newer peer's. */
const isValid = new Ajv2020({ strict: true }).compile({
  ...deploy.input.schema,
  additionalProperties: true,
} as AnySchema);

const valid = (body: string): boolean => {
  try {
    return isValid(JSON.parse(body)) === true;
  } catch {
    return false;
  }
};

test("10,000 random messages: no crash, one decision each, nothing invalid executed", async () => {
  const { requester, address, vouched } = origin();
  let executed = 0;
  let begun = 0;
  const handler: Handler<typeof deploy, object> = () => {
    executed++;
    return TE.right({ answer: accepted, begin: async () => void begun++ });
  };
  const decide = dispatch(deploy, handler, {});
  let expected = 0;
  let seq = 0;
  const oneDecision = async (body: string) => {
    seq++;
    expected += valid(body) ? 1 : 0;
    const decision = await decide({
      ...origin(),
      requester,
      address,
      seq,
      atMs: noonMs,
      redelivered: false,
      vouched,
      body,
    });
    assert.is(decision.kind, valid(body) ? "verdict" : "refusal", body);
    assert.is(executed, expected, body);
    assert.is(read(RequestId, decision.origin.id), decision.origin.id);
    assert.equal([decision.origin.requester, decision.origin.address, decision.origin.seq], [requester, address, seq]);
    if (decision.kind !== "refusal") return;
    assert.ok(isFailureCode(decision.failure.code));
    const record = rejection(web1.hostname, { ...decision, simulated: false }, noonMs);
    assert.is(DeployEvent.strict(JSON.parse(JSON.stringify(record)))._tag, "Right", JSON.stringify(record));
  };
  await fc.assert(fc.asyncProperty(anyBody, oneDecision), { numRuns: 10_000 });
  assert.is(begun, 0);
  assert.ok(expected > 1000 && seq - expected > 1000, `${expected} of ${seq} were valid: the property proves little`);
});

test.run();
