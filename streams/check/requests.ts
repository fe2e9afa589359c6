/**
 * The requests that a log holds, as far as their answers are judged by them: columns of numbers, so that millions need some
 * tens of megabytes. Id and requester are kept as one number made from both: two that differ are seen to, all but always.
 */
import type { Address } from "../../lib/contract/address.ts";
import { ascending } from "./ascending.ts";

export interface Request {
  readonly seq: number;
  readonly atMs: number;
  /** Nobody need heed it afterwards. */
  readonly untilMs: number;
  readonly address: Address;
  readonly isControl: boolean;
  /** It bears a signature that is not known to be bad. */
  readonly isSigned: boolean;
  readonly name: number;
}

/** Of the id and the requester of a request. */
export const nameOf = (id: string, requester: string): number => {
  let hash = 0x811c9dc5;
  const text = `${id} ${requester}`;
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return hash >>> 0;
};

export interface Requests {
  readonly add: (request: Request) => void;
  readonly at: (seq: number) => Request | undefined;
  /** In the order of the log. */
  readonly all: () => Iterable<Request>;
}

const [control, signed] = [1, 2];

/** A few addresses have all the requests. */
const numbered = () => {
  const [numbers, all]: [Map<Address, number>, Address[]] = [new Map(), []];
  return {
    numberOf: (address: Address): number => {
      const known = numbers.get(address) ?? all.length;
      if (known === all.length) all.push(address);
      numbers.set(address, known);
      return known;
    },
    at: (number: number): Address | undefined => all[number],
  };
};

export const requestTable = (): Requests => {
  const seqs = ascending();
  const columns = {
    atMs: [] as number[],
    untilMs: [] as number[],
    target: [] as number[],
    name: [] as number[],
    mark: [] as number[],
  };
  const addresses = numbered();
  const row = (n: number): Request | undefined => {
    const [seq, address] = [seqs.at(n), addresses.at(columns.target[n] ?? -1)];
    if (seq === undefined || address === undefined) return undefined;
    const [atMs = 0, untilMs = 0, name = 0, mark = 0] = [
      ...[columns.atMs[n], columns.untilMs[n], columns.name[n], columns.mark[n]],
    ];
    return { seq, address, atMs, untilMs, name, isControl: (mark & control) !== 0, isSigned: (mark & signed) !== 0 };
  };
  return {
    add: ({ seq, atMs, untilMs, address, isControl, isSigned, name }) => {
      seqs.add(seq);
      columns.atMs.push(atMs);
      columns.untilMs.push(untilMs);
      columns.target.push(addresses.numberOf(address));
      columns.name.push(name);
      columns.mark.push((isControl ? control : 0) | (isSigned ? signed : 0));
    },
    at: (seq) => row(seqs.placeOf(seq)),
    all: function* () {
      for (let n = 0, found = row(0); found !== undefined; n += 1, found = row(n)) yield found;
    },
  };
};
