/** The hosts of a rehearsal: each with what the record tells of it, and with what was asked of it and has no answer yet. */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { Address } from "../lib/contract/address.ts";
import type { Failure } from "../lib/contract/failure.ts";
import { addressesOf, type HostIdentity } from "../lib/contract/template.ts";
import type { RequestId } from "../lib/contract/values.ts";
import type { Stored } from "../lib/router/ports.ts";
import type { PlayedHost, RehearsedHost, Stage } from "../lib/router/rehearsal.ts";
import type { RequestRecord } from "./records.ts";
import { nameOf, type Survey } from "./rehearsal-survey.ts";
import { type RecordedWorld, recordedWorld } from "./rehearsal-world.ts";

export interface Waiting {
  readonly stored: Stored;
  readonly request: RequestRecord;
}

export interface Player {
  readonly host: HostIdentity;
  readonly rehearsed: RehearsedHost;
  readonly world: RecordedWorld;
  /** What it has not answered yet, by sequence. */
  readonly waiting: Map<number, Waiting>;
  /** What it served then. */
  readonly served: ReadonlySet<Address>;
}

export interface Theatre {
  readonly byName: ReadonlyMap<string, Player>;
  /** Whoever serves an address, or did. */
  readonly byAddress: ReadonlyMap<Address, readonly Player[]>;
}

/** `wanted`: these, with these roles, and no others; none: those that the record knows, as they were. */
const playedFrom = ({ hosts }: Survey, wanted: readonly HostIdentity[]): readonly PlayedHost[] =>
  wanted.length === 0 ? [...hosts.values()] : wanted.map((host) => ({ host, addresses: addressesOf(host) }));

const enter = async (
  stage: Stage,
  played: PlayedHost,
  known: PlayedHost | undefined,
): Promise<Either<Failure, Player>> => {
  const waiting = new Map<number, Waiting>();
  const waits = (id: RequestId): boolean => [...waiting.values()].some(({ request }) => request.id === id);
  const rehearsed = await stage.host(played, waits)();
  if (isLeft(rehearsed)) return rehearsed;
  const served = new Set((known ?? played).addresses);
  return right({ host: played.host, rehearsed: rehearsed.right, world: recordedWorld(), waiting, served });
};

export const theatreOf = async (
  stage: Stage,
  surveyed: Survey,
  wanted: readonly HostIdentity[],
): Promise<Either<Failure, Theatre>> => {
  const byName = new Map<string, Player>();
  const byAddress = new Map<Address, Player[]>();
  for (const played of playedFrom(surveyed, wanted)) {
    const name = nameOf(played.host);
    const player = await enter(stage, played, surveyed.hosts.get(name));
    if (isLeft(player)) return player;
    byName.set(name, player.right);
    for (const address of new Set([...played.addresses, ...player.right.served])) {
      const players = byAddress.get(address) ?? [];
      players.push(player.right);
      byAddress.set(address, players);
    }
  }
  return right({ byName, byAddress });
};
