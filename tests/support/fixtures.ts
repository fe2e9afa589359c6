/**
 * Plain values of the right types, for tests that need one and do not care which. What matters to a test is given in it, so
 * that nobody has to look here to understand an assertion.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Credentials } from "../../lib/contract/access.ts";
import { hostAddress } from "../../lib/contract/address.ts";
import { type Codec, read } from "../../lib/contract/codec.ts";
import type { DeployEvent } from "../../lib/contract/deploy-event.ts";
import { HealthCheck } from "../../lib/contract/health-check.ts";
import { HostName, Requester, Role, RuleName, SinkName, Tier } from "../../lib/contract/names.ts";
import type { Origin } from "../../lib/contract/route.ts";
import type { Decoded, Fields, Struct } from "../../lib/contract/struct.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import { Commit, instant, ReplyTo, RequestId, Revision, StorePath } from "../../lib/contract/values.ts";
import { eventOf, factsOf } from "../../lib/host/facts.ts";
import { JobOrder } from "../../lib/host/job-order.ts";
import { messageIds } from "../../lib/host/message-ids.ts";
import type { MessageIds } from "../../lib/router/message-ids.ts";
import type { Logger } from "../../lib/router/ports.ts";

/** The value, checked by its codec: a fixture that does not fit is a fault of the test. */
export const fit = <A>(codec: Codec<A>, value: unknown): A => {
  const found = read(codec, value);
  if (found === undefined) throw new Error(`${JSON.stringify(value)} is not ${codec.sentence}`);
  return found;
};

/** Credentials by a key file, if there is one. */
export const keyIn = (file: string | undefined): Credentials | undefined =>
  file === undefined ? undefined : { kind: "nkey", file };

const whole = <F extends Fields>(struct: Struct<F>, value: object): Decoded<F> => {
  const decoded = struct.strict(value);
  if (isLeft(decoded)) throw new Error(decoded.left.join(". "));
  return decoded.right;
};

export const hostName = (name: string): HostName => fit(HostName, name);
export const tier = (name: string): Tier => fit(Tier, name);
export const role = (name: string): Role => fit(Role, name);
export const ruleName = (name: string): RuleName => fit(RuleName, name);
export const sinkName = (name: string): SinkName => fit(SinkName, name);
export const requester = (name: string): Requester => fit(Requester, name);
export const requestId = (id: string): RequestId => fit(RequestId, id);
export const revision = (name: string): Revision => fit(Revision, name);
export const replyTo = (token: string): ReplyTo => fit(ReplyTo, `deploy.responses.${token}`);
export const commit = (digit: string): Commit => fit(Commit, digit.repeat(40));

/** A store path that is told apart by its name. */
export const storePath = (name: string): StorePath => fit(StorePath, `/nix/store/${"0".repeat(32)}-${name}`);

export const web1: HostIdentity = { hostname: hostName("web1"), tier: tier("prod"), roles: [role("web")] };

/** When everything here happens, in milliseconds since the epoch. */
export const noonMs = Date.parse("2026-01-31T12:00:00.000Z");

export const origin = (changes: Partial<Origin> = {}): Origin => ({
  id: requestId("req-1"),
  seq: 41,
  requester: requester("alice"),
  address: hostAddress(web1.tier, web1.hostname),
  atMs: noonMs,
  redelivered: false,
  verb: undefined,
  newer: undefined,
  vouched: { proof: "named", objection: undefined },
  ...changes,
});

export const order = (changes: Partial<JobOrder> = {}): JobOrder =>
  whole(JobOrder, {
    journal: 1,
    id: "req-1",
    request_seq: 41,
    requester: "alice",
    address: "deploy.prod.web1",
    ...web1,
    action: "switch",
    revision: "main",
    flake_url: "git+file:///srv/flake",
    engine: "sandbox",
    timeout_ms: 600_000,
    accepted_at: instant(noonMs),
    ...changes,
  });

/** A check as its settings say it, with what they leave out. */
export const healthCheck = (fields: object): HealthCheck => whole(HealthCheck, { name: "check", ...fields });

/** An event of an order, a second after its acceptance. */
export const event = (of: JobOrder, changes: Partial<DeployEvent> & Pick<DeployEvent, "status">): DeployEvent => ({
  ...eventOf(factsOf(of), of, { status: changes.status, phase: null, message: changes.status }, noonMs + 1000),
  ...changes,
});

/** The message ids of a host whose secret is nothing. */
export const idsOf = ({ hostname }: HostIdentity): MessageIds => messageIds(hostname, Buffer.alloc(32));

export interface LogLine {
  readonly level: keyof Logger;
  readonly fields: object;
  readonly message: string;
}

/** A logger that keeps its lines. */
export const keepingLogger = (): Logger & { readonly lines: readonly LogLine[] } => {
  const lines: LogLine[] = [];
  const at = (level: keyof Logger) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  return { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
};

export interface Deferred<A> {
  readonly promise: Promise<A>;
  readonly resolve: (value: A) => void;
}

/** A promise that is settled when the test says so. */
export const deferred = <A>(): Deferred<A> => {
  let settle: (value: A) => void = () => {};
  const promise = new Promise<A>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle(value) };
};

/** What the settings of a host say of a deployment's deadlines and checks, when they say nothing. */
export const orderSettings = {
  timeout_ms: 600_000,
  resolve_ms: 60_000,
  build_ms: 600_000,
  activate_ms: 600_000,
  verify_ms: 180_000,
  confirm_ms: 60_000,
  health_checks: [],
} as const;
