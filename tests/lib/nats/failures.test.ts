/** Every class of the client has its place in the failure table; a class that a new client adds makes this fail. */
import { JetStreamApiError, JetStreamError } from "@nats-io/jetstream";
import { errors } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Trouble, troubleOf } from "../../../lib/nats/failures.ts";

const test = suite("lib/nats/failures");

const described = (thrown: unknown): string => {
  const { failure, kind, unknown }: Trouble = troubleOf(thrown);
  assert.match(failure.message, /^[A-Z].*\.$/, "a sentence");
  return `${failure.code}, ${kind}${unknown ? ", perhaps done" : ""}`;
};

const api = (err_code: number, code: number): JetStreamApiError =>
  new JetStreamApiError({ err_code, code, description: "as the server says" });

const denial = new errors.PermissionViolationError(
  "Permissions Violation",
  "publish",
  "hd.req.bob.prod.web1",
  undefined,
);
const silence = new errors.NoRespondersError("hd.req.alice.test.h1");
const refused = Object.assign(new Error("read ECONNRESET"), { syscall: "read" });

const byClass: Readonly<Record<keyof typeof errors, readonly [Error, string]>> = {
  AuthorizationError: [new errors.AuthorizationError("'Authorization Violation'"), "unauthorized, final"],
  ClosedConnectionError: [new errors.ClosedConnectionError(), "unreachable, final"],
  ConnectionError: [new errors.ConnectionError("connection refused"), "unreachable, passing"],
  DrainingConnectionError: [new errors.DrainingConnectionError(), "unreachable, final"],
  InvalidArgumentError: [new errors.InvalidArgumentError("'timeout' must be greater than 0"), "internal, final"],
  InvalidOperationError: [new errors.InvalidOperationError("iterator"), "internal, final"],
  InvalidSubjectError: [new errors.InvalidSubjectError("a b"), "internal, final"],
  NoRespondersError: [silence, "unaudited, unanswered"],
  PermissionViolationError: [denial, "unauthorized, final"],
  ProtocolError: [new errors.ProtocolError("'maximum connections exceeded'"), "unreachable, passing"],
  RequestError: [new errors.RequestError("connection disconnected"), "unreachable, passing, perhaps done"],
  TimeoutError: [new errors.TimeoutError(), "timeout, passing, perhaps done"],
  UserAuthenticationExpiredError: [new errors.UserAuthenticationExpiredError("expired"), "unauthorized, final"],
};

test("each class of the client", () => {
  assert.equal(Object.keys(byClass).toSorted(), Object.keys(errors).toSorted());
  for (const [name, [error, expected]] of Object.entries(byClass)) assert.is(described(error), expected, name);
});

test("what a request wraps is what counts", () => {
  assert.is(described(new errors.RequestError("", { cause: denial })), "unauthorized, final");
  assert.is(described(new errors.RequestError("", { cause: silence })), "unaudited, unanswered");
  const disabled = Object.assign(new Error("jetstream is not enabled"), { name: "JetStreamNotEnabled" });
  const silent = Object.assign(disabled, { cause: new errors.RequestError("", { cause: silence }) });
  assert.is(described(silent), "unaudited, unanswered");
});

test("a denial names what was denied", () => {
  assert.match(troubleOf(denial).failure.message, "may not publish to hd.req.bob.prod.web1");
});

test("a name that is not the key's own is told as one, whichever of what only its owner may do is refused first", () => {
  for (const [operation, subject] of [
    ["subscription", "_INBOX_h2.abc.*"],
    ["publish", "hd.api.CONSUMER.INFO.HD_AUDIT.host_h2"],
    ["publish", "hd.api.CONSUMER.MSG.NEXT.HD_AUDIT.host_h2"],
  ] as const) {
    const refused = new errors.PermissionViolationError("Permissions Violation", operation, subject, undefined);
    assert.match(troubleOf(refused).failure.message, "does not know this key by the name h2");
  }
});

test("a slow check of the key is not a refused key", () => {
  assert.is(described(new errors.AuthorizationError("Authentication Timeout")), "unreachable, passing");
});

test("what the server answers, by its code", () => {
  const expected: readonly (readonly [number, number, string])[] = [
    [10077, 503, "unaudited, final"],
    [10023, 503, "unaudited, final"],
    [10054, 400, "invalid_request, final"],
    [10059, 404, "unaudited, final"],
    [10014, 404, "unaudited, final"],
    [10039, 503, "unaudited, final"],
    [10060, 400, "unaudited, final"],
    [10158, 409, "unaudited, passing, perhaps done"],
    [10008, 503, "unaudited, passing"],
    [10167, 429, "unaudited, passing"],
    [10052, 500, "unaudited, final"],
  ];
  for (const [code, status, what] of expected) assert.is(described(api(code, status)), what, String(code));
  assert.is(described(new JetStreamError("invalid ack response")), "unaudited, final");
});

test("a payload above the connection's limit is too large, like one above the log's", () => {
  const error = new errors.InvalidArgumentError("'payload' max_payload size exceeded");
  assert.is(described(error), "invalid_request, final");
});

test("sockets pass; what nobody knows is a defect", () => {
  assert.is(described(refused), "unreachable, passing");
  assert.is(described(new Error("no idea")), "internal, final");
  assert.is(described("not even an error"), "internal, final");
});

test.run();
