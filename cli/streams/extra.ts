/**
 * Places that a file has nobody for, or nobody any more. Of a host: what is asked of its tier is kept there for nobody. Of a sink:
 * alerts wait there that nobody sends. Others than these are none of its business.
 */
import { chain, left, map, orElse, right, type TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../../lib/contract/failure.ts";
import {
  alertStream,
  hostDurable,
  hostOfDurable,
  logStream,
  sinkDurable,
  sinkOfDurable,
} from "../../lib/contract/log-names.ts";
import type { SinkName } from "../../lib/contract/names.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import type { Provisioner } from "../../lib/router/provisioner.ts";
import type { Part } from "./applied-text.ts";

type Named = readonly { readonly name: string }[];

/** Each place, with what waits there. */
type Waiting = ReadonlyMap<string, number>;

const extra = (name: string, remedy: string, waiting = 0): Part => ({
  ...{ kind: "consumer", name, outcome: "extra", remedy, waiting },
  ...{ fixed: [], differences: [] },
});

export const extraPlaces = (
  port: Provisioner,
  hosts: readonly HostIdentity[],
  folder: string,
): TaskEither<Failure, readonly Part[]> => {
  const wanted = new Set(hosts.map(({ hostname }) => hostDurable(hostname)));
  return map((found: Named) =>
    found.flatMap(({ name }): readonly Part[] => {
      const host = wanted.has(name) ? undefined : hostOfDurable(name);
      return host === undefined ? [] : [extra(name, `hd host remove ${host} --fleet ${folder}`)];
    }),
  )(port.consumers(logStream));
};

/** A server that is configured as before there were alerts lets nobody ask, and has no such place either. */
const unlessDenied = orElse(
  (why: Failure): TaskEither<Failure, Waiting> => (why.code === "unauthorized" ? right(new Map()) : left(why)),
);

const alertPlaces = (port: Provisioner): TaskEither<Failure, Waiting> =>
  chain(
    (found: unknown): TaskEither<Failure, Waiting> =>
      found === undefined ? right(new Map()) : port.waiting(alertStream),
  )(port.stream(alertStream));

/** `remedy`: the command that ends them all. */
export const extraSinks = (
  port: Provisioner,
  sinks: readonly SinkName[],
  remedy: string,
): TaskEither<Failure, readonly Part[]> => {
  const wanted = new Set(sinks.map(sinkDurable));
  const asked = alertPlaces(port);
  return map((found: Waiting) =>
    [...found]
      .filter(([name]) => sinkOfDurable(name) !== undefined && !wanted.has(name))
      .map(([name, waiting]) => extra(name, remedy, waiting)),
  )(sinks.length > 0 ? asked : unlessDenied(asked));
};

/** Ends those of sinks. What waits there is sent by nobody; it stays in the stream of alerts for as long as any alert does. */
export const prune = (port: Provisioner, places: readonly Part[]): TaskEither<Failure, readonly Part[]> =>
  places.reduce(
    (done, { remedy: _, ...place }) =>
      chain((ended: readonly Part[]) =>
        map((): readonly Part[] => [...ended, { ...place, outcome: "ended" }])(
          port.deleteConsumer(alertStream, place.name),
        ),
      )(done),
    right([]) as TaskEither<Failure, readonly Part[]>,
  );
