/**
 * Counts what is not true of a fleet, once nothing runs in it: requests that were lost, work that was done or told twice, and
 * records that say what is not so. It reads the log, the marks that the switches left, and the links of the systems, and
 * takes nobody's word. Which fault was there before does not matter to it.
 */
import { basename } from "node:path";
import type { HostIdentity } from "../../../lib/contract/template.ts";
import { isTerminal, type Phase, type StorePath } from "../../../lib/contract/values.ts";
import type { Stored } from "../../../lib/router/ports.ts";
import { after, effectOf, type HostState, type Part, untold } from "../../../streams/host-state.ts";
import { type RequestRecord, type ResponseRecord, readRecord } from "../../../streams/records.ts";
import { eventually } from "../../support/collector.ts";
import { rightOf } from "../../support/either.ts";
import type { Fleet, HostOfFleet } from "../../support/fleet.ts";

/** What is looked at. */
export type Audited = Pick<Fleet, "hosts" | "log" | "roster" | "runs" | "system"> & {
  readonly world: Pick<Fleet["world"], "lastSeq">;
};

export interface Finding {
  readonly kind: "lost" | "doubled" | "misreported";
  readonly what: string;
}

export interface Audit {
  /** Each host that a request addresses counts. */
  readonly requests: number;
  readonly findings: readonly Finding[];
}

const mostRecords = 100_000;
const phases: readonly Phase[] = ["resolve", "build", "activate", "verify"];

interface Life {
  readonly name: string;
  readonly request: RequestRecord;
  readonly responses: readonly ResponseRecord[];
  /** The systems that its switches were of, in order. */
  readonly ran: readonly string[];
}

const lost = (what: string): Finding => ({ kind: "lost", what });
const doubled = (what: string): Finding => ({ kind: "doubled", what });
const misreported = (what: string): Finding => ({ kind: "misreported", what });

const when = (holds: boolean, finding: Finding): readonly Finding[] => (holds ? [finding] : []);

const begun = ({ responses }: Life): readonly (Phase | null | undefined)[] =>
  responses.filter(({ status }) => status === "started").map(({ event }) => event.phase);

/** Each once and in order; a rollback may follow the activation or what was checked after it. */
const isInOrder = (told: readonly (Phase | null | undefined)[]): boolean => {
  const forward = told.at(-1) === "rollback" ? told.slice(0, -1) : told;
  const fits = forward.every((phase, n) => phase === phases[n]);
  return fits && (forward === told || forward.length >= 3);
};

/** Not a deployment: it is applied or refused. */
const isControl = ({ verb }: RequestRecord): boolean => verb !== undefined && verb !== "override";

/** Accepted, then the phases, then one end; or one refusal and nothing else. */
const oneLife = (life: Life): readonly Finding[] => {
  const { name, responses, request } = life;
  const statuses = responses.map(({ status }) => status);
  const started = begun(life);
  const told = `${name}: ${responses.map(({ status, event }) => [status, event.phase, event.error].filter(Boolean).join("/")).join(", ")}`;
  const ends = statuses.filter(isTerminal).length;
  const count = (status: string) => statuses.filter((one) => one === status).length;
  const [first, last] = [statuses[0], statuses.at(-1)];
  const isRefusal = last === "rejected" || last === "applied";
  return [
    ...when(ends === 0, lost(`no end: ${told}`)),
    ...when(ends > 1 || count("accepted") > 1, doubled(`one acceptance and one end: ${told}`)),
    ...when(new Set(started).size < started.length, doubled(`each phase once: ${told}`)),
    ...when(ends === 1 && last !== undefined && !isTerminal(last), misreported(`the end comes last: ${told}`)),
    ...when(isRefusal && statuses.length > 1, misreported(`a refusal is all there is: ${told}`)),
    ...when(
      (last === "applied" && !isControl(request)) || (last !== "rejected" && last !== "applied" && isControl(request)),
      misreported(`only control requests are applied: ${told}`),
    ),
    ...when(!isRefusal && first !== "accepted", misreported(`the acceptance comes first: ${told}`)),
    ...when(!isInOrder([...new Set(started)]), misreported(`the phases in their order: ${told}`)),
    ...when(
      responses.some(({ event }) => event.id !== request.id || event.requester !== request.requester),
      misreported(`of this request and requester: ${told}`),
    ),
  ];
};

const named = (path: StorePath | undefined): string => (path === undefined ? "" : basename(path));

/** What may have run by its end: nothing for a refusal or before the activation, and all of it for what nobody can tell. */
const ranAsTold = (life: Life): readonly Finding[] => {
  const { name, responses, ran } = life;
  const end = responses.findLast(({ status }) => isTerminal(status));
  if (end === undefined) return when(ran.length > 0 && responses.length === 0, misreported(`${name} ran unasked`));
  const { closure, previous, error, message } = end.event;
  const [built, before] = [named(closure), named(previous)];
  const told = `${name} ended ${error ?? end.status}, and its switches were of ${ran.join(", ") || "nothing"}: ${message}`;
  if (end.status === "completed") return when(!ran.includes(built), misreported(told));
  // What nobody can tell is no lie, unless it is told as nothing.
  if (error === "interrupted") return when(ran.length > 0 && /nothing was done/.test(message), misreported(told));
  const mayRun = begun(life).includes("activate");
  const back = begun(life).includes("rollback");
  const strangers = ran.filter((one) => one !== built && !(back && one === before));
  return when((ran.length > 0 && !mayRun) || strangers.length > 0, misreported(told));
};

const ranOnce = ({ name, ran }: Life): readonly Finding[] =>
  when(new Set(ran).size < ran.length, doubled(`${name} was switched twice to one system: ${ran.join(", ")}`));

/** What the log says of a host after one more ending, by the rules of `hd status`. */
const afterEnding = (known: HostState, record: ResponseRecord): HostState => {
  const effect = effectOf(record);
  return effect === undefined ? known : after(known, effect);
};

/** Nothing, where the log does not say. */
const closureOf = (part: Part): StorePath | undefined => (part.is === "system" ? part.closure : undefined);

const isReal = async (fleet: Audited, host: HostOfFleet, { runs, boots }: HostState): Promise<readonly Finding[]> => {
  const real = await fleet.system(host);
  const differs = (what: string, said: string | undefined, seen: string | undefined) =>
    when(said !== undefined && said !== seen, misreported(`${what} on ${host} is ${seen}, and ${said} is reported`));
  return [
    ...differs("what runs", closureOf(runs), real.running),
    ...differs("what will boot", closureOf(boots), real.boots),
  ];
};

/** Whether one ending is so at this moment: for a host on which nothing was begun since. */
export const isSo = (fleet: Audited, host: HostOfFleet, end: ResponseRecord): Promise<readonly Finding[]> =>
  isReal(fleet, host, afterEnding(untold, end));

interface Records {
  readonly requests: readonly RequestRecord[];
  readonly responses: readonly ResponseRecord[];
  readonly unreadable: readonly Finding[];
}

/** All that is acknowledged by now, also when a replica answers that has not got it yet. */
const storedSoFar = async ({ log, world }: Audited): Promise<readonly Stored[]> => {
  const lastSeq = await world.lastSeq();
  return eventually(`a replica has the log up to ${lastSeq}`, async () => {
    const records = rightOf(await log.range(1, "hd.>", mostRecords)());
    return (records.at(-1)?.seq ?? 0) >= lastSeq ? records : undefined;
  });
};

const readAll = async (fleet: Audited): Promise<Records> => {
  const records = (await storedSoFar(fleet)).map((stored) => readRecord(stored));
  return {
    requests: records.filter((record) => record.kind === "request"),
    responses: records.filter((record) => record.kind === "response"),
    unreadable: records
      .filter((record) => record.kind === "unreadable")
      .map(({ subject, reason }) => misreported(`${subject}: ${reason}`)),
  };
};

interface Place {
  readonly host: HostIdentity;
  readonly addresses: readonly string[];
  readonly pending: number;
}

/** An id that was used again, as a replay does, is that of the request that was taken; where none was, of the first. */
const ownerOf = (lives: readonly Omit<Life, "ran">[], id: string): RequestRecord | undefined => {
  const alike = lives.filter(({ request }) => request.id === id);
  const taken = alike.find(({ responses }) => responses.some(({ status }) => status === "accepted"));
  return (taken ?? alike[0])?.request;
};

const livesOn = (fleet: Audited, { host, addresses }: Place, { requests, responses }: Records): readonly Life[] => {
  const marks = fleet.runs(host.hostname);
  const lives = requests
    .filter(({ address }) => addresses.includes(address))
    .map((request) => ({
      name: `${request.id} on ${host.hostname}`,
      request,
      responses: responses.filter((one) => one.host === host.hostname && one.event.request_seq === request.seq),
    }));
  const ranFor = (request: RequestRecord) => marks.filter(([id]) => ownerOf(lives, id) === request);
  return lives.map((life) => ({ ...life, ran: ranFor(life.request).map(([, , folder]) => basename(folder)) }));
};

const auditHost = async (fleet: Audited, place: Place, records: Records): Promise<Audit> => {
  const { hostname } = place.host;
  const lives = livesOn(fleet, place, records);
  const answered = lives.filter(({ responses }) => responses.length > 0);
  const own = records.responses.filter((one) => one.host === hostname);
  const open = lives.length - answered.length;
  const strangers = own.length - answered.flatMap(({ responses }) => responses).length;
  const known = new Set<string>(lives.map(({ request }) => request.id));
  const unasked = fleet.runs(hostname).filter(([id]) => !known.has(id));
  return {
    requests: lives.length,
    findings: [
      ...answered.flatMap(oneLife),
      ...lives.flatMap(ranAsTold),
      ...lives.flatMap(ranOnce),
      ...when(open > place.pending, lost(`${hostname}: ${open} have no answer, and only ${place.pending} wait`)),
      ...when(strangers > 0, misreported(`${hostname}: ${strangers} answers are to none of its requests`)),
      ...when(unasked.length > 0, misreported(`${hostname} ran what nobody asked for: ${unasked.join(", ")}`)),
      ...(await isReal(fleet, hostname as HostOfFleet, own.reduce(afterEnding, untold))),
    ],
  };
};

/** A request that a host has not answered waits in its queue, or is lost. */
export const audit = async (fleet: Audited): Promise<Audit> => {
  const records = await readAll(fleet);
  const enrolled = rightOf(await fleet.roster.enrolled()());
  const audits = await Promise.all(
    fleet.hosts.map((host) => {
      const { addresses = [], pending = 0 } = enrolled.find(({ hostname }) => hostname === host.hostname) ?? {};
      return auditHost(fleet, { host, addresses, pending }, records);
    }),
  );
  return {
    requests: audits.reduce((sum, { requests }) => sum + requests, 0),
    findings: [...records.unreadable, ...audits.flatMap(({ findings }) => findings)],
  };
};
