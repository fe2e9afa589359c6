/**
 * What holds of every fleet at every moment at which nothing runs, whatever was done to it before: each request that a host
 * took has one end, none ran twice, none is lost, and what was reported is what runs. Every test here ends with it.
 */
import * as assert from "uvu/assert";
import type { HostIdentity } from "../../../lib/contract/template.ts";
import { isTerminal } from "../../../lib/contract/values.ts";
import { rootedPaths } from "../../../lib/nix/rooted-switch.ts";
import { simulatedStore } from "../../../lib/nix/simulated-build.ts";
import { readSystem } from "../../../lib/nix/system-links.ts";
import { type RequestRecord, type ResponseRecord, readRecord } from "../../../streams/records.ts";
import { rightOf } from "../../support/either.ts";
import { requestId } from "../../support/fixtures.ts";
import type { Fleet } from "../../support/fleet.ts";

const mostRecords = 100_000;
const phases = ["resolve", "build", "activate", "verify"];

interface Deployment {
  readonly name: string;
  readonly request: RequestRecord;
  readonly responses: readonly ResponseRecord[];
}

/** Accepted, then each phase at most once and in order, then one end; or rejected and nothing else. */
const oneLife = ({ name, request, responses }: Deployment): void => {
  const statuses = responses.map(({ status }) => status);
  const told = `${name}: ${statuses.join(", ")}`;
  assert.is(statuses.filter(isTerminal).length, 1, `one end: ${told}`);
  const last = statuses.at(-1);
  assert.ok(last !== undefined && isTerminal(last), `the end comes last: ${told}`);
  if (last === "rejected" || last === "applied") assert.is(statuses.length, 1, `a refusal is all there is: ${told}`);
  else assert.is(statuses[0], "accepted", told);
  assert.is(last === "applied", request.verb !== undefined && request.verb !== "override" && last !== "rejected", told);
  const begun = responses.filter(({ status }) => status === "started").map(({ event }) => event.phase);
  assert.equal(begun, phases.slice(0, begun.length), `each phase once: ${told}`);
  for (const { event } of responses) {
    assert.is(event.id, request.id, name);
    assert.is(event.requester, request.requester, name);
  }
};

/** The marks of the switches of a host: one for what was completed, at most one for what failed, none for anything else. */
const ranOnce = (fleet: Fleet, { hostname }: HostIdentity, deployments: readonly Deployment[]): void => {
  const runs = fleet.runs(hostname).map(([id]) => requestId(id));
  const ended = (status: string) =>
    deployments.filter(({ responses }) => responses.at(-1)?.status === status).map(({ request }) => request.id);
  const [completed, failed] = [ended("completed"), ended("failed")];
  assert.is(new Set(runs).size, runs.length, `${hostname} ran a request twice: ${runs.join(", ")}`);
  for (const id of completed)
    assert.ok(runs.includes(id), `${id} is reported as completed by ${hostname}, and never ran`);
  for (const id of runs)
    assert.ok([...completed, ...failed].includes(id), `${id} ran on ${hostname} without having been taken`);
};

interface Reported {
  readonly running: string | undefined;
  readonly boots: string | undefined;
}

const unknown: Reported = { running: undefined, boots: undefined };

/** What the log says of a host after one more ending; an activation that failed leaves it unknown. */
const after = (known: Reported, { status, event }: ResponseRecord): Reported => {
  const { action, closure, phase } = event;
  if (status === "failed") return phase === "activate" || phase === "verify" ? unknown : known;
  if (status !== "completed") return known;
  return {
    running: action === "switch" || action === "test" ? closure : known.running,
    boots: action === "switch" || action === "boot" ? closure : known.boots,
  };
};

const reportedIsReal = async (fleet: Fleet, { hostname }: HostIdentity, says: Reported): Promise<void> => {
  const root = fleet.root(hostname);
  const real = rightOf(await readSystem(rootedPaths(root), simulatedStore(root))());
  if (says.running !== undefined) assert.is(real.running, says.running, `what runs on ${hostname}`);
  if (says.boots !== undefined) assert.is(real.boots, says.boots, `what will boot on ${hostname}`);
};

const readAll = async ({ log }: Fleet): Promise<{ requests: RequestRecord[]; responses: ResponseRecord[] }> => {
  const records = rightOf(await log.range(1, "hd.>", mostRecords)()).map((stored) => readRecord(stored));
  for (const record of records) if (record.kind === "unreadable") assert.unreachable(record.reason);
  return {
    requests: records.filter((record) => record.kind === "request"),
    responses: records.filter((record) => record.kind === "response"),
  };
};

/** A request that a host has not answered waits in its queue. */
const nothingLost = async (fleet: Fleet, unanswered: ReadonlyMap<string, number>): Promise<void> => {
  for (const { hostname, pending } of rightOf(await fleet.roster.enrolled()())) {
    const open = unanswered.get(hostname) ?? 0;
    assert.ok(open <= pending, `${hostname} has not answered ${open} requests, and only ${pending} wait for it`);
  }
};

export const theLogIsTrue = async (fleet: Fleet): Promise<void> => {
  const { requests, responses } = await readAll(fleet);
  const enrolled = rightOf(await fleet.roster.enrolled()());
  const unanswered = new Map<string, number>();
  for (const host of fleet.hosts) {
    const addresses = enrolled.find(({ hostname }) => hostname === host.hostname)?.addresses ?? [];
    const own = responses.filter((one) => one.host === host.hostname);
    const deployments = requests
      .filter(({ address }) => addresses.includes(address))
      .map((request) => ({
        name: `${request.id} on ${host.hostname}`,
        request,
        responses: own.filter(({ event }) => event.request_seq === request.seq),
      }));
    const answered = deployments.filter(({ responses: all }) => all.length > 0);
    for (const deployment of answered) oneLife(deployment);
    assert.is(
      answered.flatMap(({ responses: all }) => all).length,
      own.length,
      `${host.hostname} answers its own only`,
    );
    ranOnce(fleet, host, deployments);
    await reportedIsReal(fleet, host, own.reduce(after, unknown));
    unanswered.set(host.hostname, deployments.length - answered.length);
  }
  await nothingLost(fleet, unanswered);
};
