/**
 * Metrics of prom-client from the table of the contract. Whoever makes one gives every value that its labels can have, where
 * they are known, so that each series is there with 0 before anything happens: a rate over a series that begins with 1 misses
 * the first event.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Metric } from "../contract/metrics.ts";
import type { Shown } from "../router/metering.ts";

export type Labels = Readonly<Record<string, string>>;

type Known = Readonly<Record<string, Metric>>;

/** Every combination of these values. */
export const combinations = (values: Readonly<Record<string, readonly string[]>>): readonly Labels[] =>
  Object.entries(values).reduce<readonly Labels[]>(
    (all, [label, each]) => all.flatMap((labels) => each.map((value) => ({ ...labels, [label]: value }))),
    [{}],
  );

/** One answer at a time: who asks meanwhile gets the same. */
const shownBy = (registry: Registry, before: () => Promise<boolean>): Shown => {
  let answering: Promise<string | undefined> | undefined;
  const answer = async () => ((await before()) ? registry.metrics() : undefined);
  return {
    contentType: registry.contentType,
    text: () => {
      answering ??= answer().finally(() => {
        answering = undefined;
      });
      return answering;
    },
  };
};

/** What nobody can tell now is not there: a sum over all hosts would be no number for one of them that is away. */
export const setKnown = (gauge: Gauge, value: number | undefined): void => {
  if (value === undefined) gauge.remove({});
  else gauge.set(value);
};

/** Of one that has no labels there is one series. */
const alone: readonly Labels[] = [{}];

/** `before` is called for each answer, to bring up to date what is asked rather than told. False: not yet. */
export const registryOf = <const T extends Known>(table: T, before: () => Promise<boolean>) => {
  const registry = new Registry();
  const settings = (name: keyof T & string) => ({
    ...{ name, help: table[name]?.help ?? name, labelNames: [...(table[name]?.labels ?? [])] },
    registers: [registry],
  });
  type Name<K extends Metric["type"]> = { [N in keyof T]: T[N]["type"] extends K ? N : never }[keyof T] & string;
  return {
    shown: shownBy(registry, before),
    counter: (name: Name<"counter">, known = alone) => {
      const made = new Counter(settings(name));
      for (const labels of known) made.inc(labels, 0);
      return made;
    },
    gauge: (name: Name<"gauge">, known = alone) => {
      const made = new Gauge(settings(name));
      for (const labels of known) made.set(labels, 0);
      return made;
    },
    histogram: (name: Name<"histogram">, known = alone) => {
      const made = new Histogram({ ...settings(name), buckets: [...(table[name]?.buckets ?? [])] });
      for (const labels of known) made.zero(labels);
      return made;
    },
  };
};
