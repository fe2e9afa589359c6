/**
 * JSON Schema and decoder are two descriptions of one thing: for each route, whatever one takes the other takes. Judged by
 * ajv, as an MCP client or a contributor's tool would judge it.
 */
import { Ajv2020, type AnySchema } from "ajv/dist/2020.js";
import fc from "fast-check";
import { isRight } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { builderRoutes, routes } from "../../../lib/contract/routes/index.ts";
import type { Fields, Struct } from "../../../lib/contract/struct.ts";
import { JobOrder } from "../../../lib/host/job-order.ts";
import {
  anyBody,
  anyInstant,
  anyName,
  anyRequest,
  anyRevision,
  anyStorePath,
  anyText,
} from "../../support/arbitraries.ts";
import { event, order } from "../../support/fixtures.ts";

const test = suite("lib/contract/schema");
const ajv = new Ajv2020({ strict: true, allErrors: true });

/** Fails when the two disagree; true when both take it. */
const agreed = <F extends Fields>(struct: Struct<F>): ((value: unknown) => boolean) => {
  const validate = ajv.compile(struct.schema as AnySchema);
  return (value) => {
    const taken = isRight(struct.strict(value));
    assert.is(validate(value), taken, `${struct.name}: ${JSON.stringify(value)}: ${ajv.errorsText(validate.errors)}`);
    return taken;
  };
};

const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
};

const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  anyText,
  anyName,
  anyRevision,
  anyInstant,
  anyStorePath,
  fc.jsonValue(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.array(fc.oneof(anyName, anyText), { maxLength: 70 }),
  fc.constantFrom(null, true, "switch", "failed", "build", "deploy.prod.web1", "deploy.responses.x", "0".repeat(40)),
);

/** Objects of the fields of a struct, each with any value. */
const anyOf = (fields: Fields, valid: object): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      fc.subarray(Object.entries(valid)),
      fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(fields)), fc.string()), anyValue, { maxKeys: 3 }),
      fc.boolean(),
    )
    .map(([some, changes, whole]) => ({ ...(whole ? valid : Object.fromEntries(some)), ...changes }));

const valid: Readonly<Record<string, object>> = {
  "deploy request": { revision: "main", action: "boot", reply_to: "deploy.responses.x", id: "a", reason: "because" },
  "deploy response": event(order(), { status: "failed" }),
  "cancel request": { request: "01J", id: "a", reason: "because", reply_to: "deploy.responses.x" },
  "freeze request": { reason: "holidays", until: "2026-12-31T00:00:00Z", id: "a", reply_to: "deploy.responses.x" },
  "unfreeze request": { reason: "over", id: "a", reply_to: "deploy.responses.x" },
  "discover request": { reply_to: "deploy.responses.x" },
  "discover response": { hostname: "web1", tier: "prod", deploy_subjects: ["deploy.prod.all"], roles: ["web"] },
  "build request": { revision: "main", repo: "nixos", target: "all", hosts: ["web1"], id: "a", reason: "because" },
  "build response": {
    ...{ builder: "ci", repo: "nixos", target: "all", status: "started", error: null, message: "web1 is built" },
    host: { host: "web1", outcome: "built", closure: `/nix/store/${"0".repeat(32)}-x`, elapsed_ms: 1 },
  },
  "job order": order(),
};

for (const struct of new Set([
  ...[...routes, ...builderRoutes].flatMap((route) => [route.input, route.output]),
  JobOrder,
])) {
  test(`${struct.name}: schema and decoder take the same (10,000)`, () => {
    const take = agreed<Fields>(struct as Struct<Fields>);
    assert.is(take(valid[struct.name]), true);
    let taken = 0;
    const given = fc.oneof(anyOf(struct.fields, valid[struct.name] ?? {}), anyBody.map(jsonOf), anyValue);
    fc.assert(
      fc.property(given, (value) => {
        taken += take(value) ? 1 : 0;
      }),
      { numRuns: 10_000 },
    );
    assert.ok(taken > 100, `only ${taken} of the values were valid: the property proves little`);
  });
}

test("deploy request: any valid one is valid to both (1,000)", () => {
  const take = agreed(routes[0].input);
  fc.assert(
    fc.property(anyRequest, (request) => assert.is(take(request), true)),
    { numRuns: 1000 },
  );
});

test("deploy request: both agree at every edge", () => {
  const take = agreed(routes[0].input);
  const edges = {
    revision: [
      "",
      "x".repeat(255),
      "x".repeat(256),
      "main\n",
      "a..b",
      "../x",
      "--option",
      "a.lock",
      "a/.b",
      "é",
      null,
      1,
    ],
    reply_to: ["deploy.responses.a", "deploy.responses.a\n", "deploy.responses.", "deploy.discover", "x".repeat(200)],
    id: ["x".repeat(64), "x".repeat(65), "-a", "a\n"],
    reason: ["😀".repeat(1000), "😀".repeat(1001), "\u001b", "\ud800", "a\r", "x".repeat(1000), "x".repeat(1001)],
    expires_at: ["2026-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T00:00:00Z\n"],
    action: ["switch", "rollback", "constructor", "", null],
    if_current: [`/nix/store/${"0".repeat(32)}-x`, `/nix/store/${"e".repeat(32)}-x`, "/nix/store", null],
  };
  for (const [key, values] of Object.entries(edges)) {
    for (const value of values) take({ revision: "main", [key]: value });
  }
  assert.is(take({ revision: "main", branch: "main" }), false);
  assert.is(take(JSON.parse('{"revision":"main","__proto__":{}}')), false);
  assert.is(take(JSON.parse('{"revision":"main","constructor":1}')), false);
});

test.run();
