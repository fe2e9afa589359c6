/** Hosts, requests and responses as a test tells them: only what matters to it. */
import { isLeft } from "fp-ts/lib/Either.js";
import {
  allAddress,
  hostAddress,
  parseRequestSubject,
  responseSubject,
  roleAddress,
} from "../../../lib/contract/address.ts";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import type { FailureCode } from "../../../lib/contract/failure.ts";
import type { HostIdentity } from "../../../lib/contract/template.ts";
import { ErrorCode } from "../../../lib/contract/values.ts";
import type { Appended, Delivery, Enrolled } from "../../../lib/router/ports.ts";
import { commit, fit, hostName, requester, requestId, revision, role, tier } from "../../support/fixtures.ts";
import type { MemoryLog } from "../../support/memory-bus.ts";

export const id = requestId("01JQ5S8Z7Y3M9K2N4P6R8T0V1W");

/** `prod/web1:web,dns` */
export const identity = (spec: string): HostIdentity => {
  const [, tierName = "", name = "", roles = ""] = /^(.+?)\/(.+?)(?::(.+))?$/.exec(spec) ?? [];
  const names = roles.split(",").filter((one) => one !== "");
  return { hostname: hostName(name), tier: tier(tierName), roles: names.map(role) };
};

export const enrolled = (spec: string, changes: Partial<Enrolled> = {}): Enrolled => {
  const { hostname, tier: of, roles } = identity(spec);
  const addresses = [hostAddress(of, hostname), allAddress(of), ...roles.map((one) => roleAddress(of, one))];
  return { hostname, addresses, present: true, pending: 0, ...changes };
};

/** Gives hosts their places in the log; nobody listens there yet. */
export const enrol = (log: MemoryLog, ...specs: readonly string[]): void => {
  for (const spec of specs) log.enrol(identity(spec), enrolled(spec).addresses);
};

export const event = (name: string, changes: Partial<DeployEvent> & Pick<DeployEvent, "status">): DeployEvent => ({
  hostname: hostName(name),
  error: null,
  message: `${name}: ${changes.status}`,
  id,
  request_seq: 1,
  phase: null,
  requester: requester("alice"),
  action: "switch",
  revision: revision("main"),
  ...changes,
});

export const completed = (name: string, changes: Partial<DeployEvent> = {}): DeployEvent =>
  event(name, {
    status: "completed",
    message: `${name} runs what was built`,
    commit: commit("3"),
    generation: 142,
    elapsed_ms: 48_000,
    ...changes,
  });

export const buildFailed = (name: string, changes: Partial<DeployEvent> = {}): DeployEvent =>
  event(name, {
    status: "failed",
    error: "build_failed" as NonNullable<DeployEvent["error"]>,
    phase: "build",
    message: "error: attribute 'nginxx' missing\nat modules/web.nix:12",
    commit: commit("3"),
    elapsed_ms: 12_400,
    log_tail: ["building…", "error: attribute 'nginxx' missing"] as unknown as NonNullable<DeployEvent["log_tail"]>,
    ...changes,
  });

let appended = 0;

/** Appends as somebody would who knows only the wire. */
export const store = async (log: MemoryLog, subject: string, body: string | object): Promise<Appended> => {
  appended += 1;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const done = await log.bus().log.append({ subject, body: text, msgId: `test-${appended}` })();
  if (isLeft(done)) throw new Error(done.left.message);
  return done.right;
};

export const storeResponse = (log: MemoryLog, of: DeployEvent, tierName = "prod"): Promise<Appended> =>
  store(log, responseSubject(tier(tierName), of.hostname, of.status), of);

/** A host that answers what it is handed with the events that are chosen for it, in order. */
export const serveBy = async (
  log: MemoryLog,
  spec: string,
  choose: (verb: string | undefined, delivery: Delivery) => readonly DeployEvent[],
): Promise<void> => {
  const host = identity(spec);
  const answer = async (delivery: Delivery) => {
    const asked: { readonly id?: DeployEvent["id"] } = JSON.parse(delivery.body);
    for (const of of choose(parseRequestSubject(delivery.subject)?.verb, delivery)) {
      await storeResponse(log, { ...of, ...(asked.id && { id: asked.id }), request_seq: delivery.seq }, host.tier);
    }
    await delivery.ack();
  };
  const started = await log.listener(host).work.start((delivery) => void answer(delivery))();
  if (isLeft(started)) throw new Error(started.left.message);
};

/** A host that answers every request it is handed with these events, in order. */
export const serve = (log: MemoryLog, spec: string, ...events: readonly DeployEvent[]): Promise<void> =>
  serveBy(log, spec, () => events);

/** What a host says that did what a control request asks for. */
export const applied = (
  name: string,
  control: NonNullable<DeployEvent["control"]>,
  changes: Partial<DeployEvent> = {},
): DeployEvent => {
  const { action: _, revision: __, ...plain } = event(name, { status: "applied", message: `${name}: ${control}` });
  return { ...plain, control, ...changes };
};

/** What a host says that refuses something, or failed in it. */
export const refused = (name: string, code: FailureCode, changes: Partial<DeployEvent> = {}): DeployEvent =>
  event(name, { status: "rejected", error: errorCode(code), message: `${name} says ${code}`, ...changes });

export const errorCode = (code: FailureCode): NonNullable<DeployEvent["error"]> => fit(ErrorCode, code);

/** A host that answers the question who is there. */
export const answerDiscovery = async (log: MemoryLog, spec: string, changes: object = {}): Promise<void> => {
  const { hostname, tier: of, roles } = identity(spec);
  const { live } = log.bus();
  const info = { hostname, tier: of, deploy_subjects: enrolled(spec).addresses, roles, version: "0.9.1", ...changes };
  await live.subscribe("deploy.discover", ({ body }) => live.publish(JSON.parse(body).reply_to, JSON.stringify(info)));
};
