/**
 * The alerter, over ports: it judges records, looks for what is absent, and brings alerts to each sink. All of it goes on by
 * itself until it is stopped; whatever is lost with the process is found again in the two streams.
 */
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import type { AlertRules } from "../../lib/contract/alert-rules.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Requester } from "../../lib/contract/names.ts";
import type { AlerterBus, AlertMeter, SinkPort } from "../../lib/router/alerting.ts";
import { inHand } from "../../lib/router/in-hand.ts";
import type { Delivery, Logger, Work } from "../../lib/router/ports.ts";
import { deliver } from "./deliver.ts";
import type { FireEnv } from "./fire.ts";
import { judging } from "./judge.ts";
import { rolesFrom } from "./roles.ts";
import { rulesWatch } from "./same-rules.ts";
import { type Tick, ticker } from "./tick.ts";
import { onAdvisory } from "./undeliverable.ts";

export interface AlerterParts {
  readonly bus: AlerterBus;
  /** One for the whole process: reading the stream of alerts on is asked for by many. */
  readonly ledger: FireEnv["ledger"];
  readonly logAge: FireEnv["logAge"];
  readonly rules: AlertRules;
  /** Who judges by them, for other alerters. */
  readonly requester: Requester;
  readonly version: string;
  readonly sinks: readonly SinkPort[];
  readonly meter: AlertMeter;
  readonly logger: Logger;
  /** How often what is absent is looked for. */
  readonly tickMs: number;
  /** How long hosts have to announce themselves before one is called unseen. */
  readonly settleMs: number;
  readonly onTick: (atMs: number) => void;
}

export interface Alerter {
  /** Left: a place in the streams is missing, and how to make it. Then nothing is taken. */
  readonly start: () => Promise<Either<Failure, void>>;
  /** Resolves when what is in hand is settled. */
  readonly stop: () => Promise<void>;
}

interface Part {
  readonly start: () => Promise<Either<Failure, void>>;
  readonly stop: () => Promise<void>;
}

/** Work that one function settles. */
const taking = (work: Work, settle: (delivery: Delivery) => Promise<void>): Part => {
  const hand = inHand();
  return {
    start: () => work.start((delivery) => hand.add(settle(delivery)))(),
    stop: async () => {
      await work.stop();
      await hand.settled();
    },
  };
};

interface Ticking {
  readonly everyMs: number;
  /** Told of a failure when it is another one than the last. */
  readonly failed: (message: string) => void;
  readonly done: () => void;
}

/** Ticks one after the other. */
const ticking = (tick: Tick, { everyMs, failed, done }: Ticking): Part => {
  let timer: NodeJS.Timeout | undefined;
  let [stopped, told] = [false, ""];
  let going: Promise<void> = Promise.resolve();
  const once = async (): Promise<void> => {
    const ticked = await tick();
    const message = isLeft(ticked) ? ticked.left.message : "";
    if (message !== "" && message !== told) failed(message);
    told = message;
    if (message === "") done();
  };
  const goOn = (): void => {
    going = once().finally(() => {
      if (!stopped) timer = setTimeout(goOn, everyMs);
    });
  };
  return {
    start: async () => {
      goOn();
      await going;
      return right(undefined);
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await going;
    },
  };
};

const looking = (tick: Tick, { tickMs, onTick, logger, bus }: AlerterParts): Part =>
  ticking(tick, {
    everyMs: tickMs,
    failed: (message) => logger.warn({}, `What is absent could not be looked for: ${message}`),
    done: () => onTick(bus.clock.now()),
  });

const comparing = ({ bus, tickMs, logger, ...own }: AlerterParts): Part => {
  const watch = rulesWatch({ ...own, alerts: bus.alerts, now: bus.clock.now, logger });
  const { start, stop } = ticking(watch.look, {
    everyMs: tickMs,
    failed: (message) => logger.warn({}, `Whether other alerters have the same rules is not known: ${message}`),
    done: () => undefined,
  });
  return {
    start,
    stop: async () => {
      await stop();
      await watch.end();
    },
  };
};

/** The sinks first, so that nothing is judged that could not be told; and before a record, the roles of hosts. */
const partsOf = (parts: AlerterParts): readonly Part[] => {
  const { bus, ledger, logAge, rules, sinks, meter, logger, settleMs } = parts;
  const { alerts, log, clock } = bus;
  const roles = rolesFrom(bus);
  const fire = { alerts, meter, ledger, logAge, now: clock.now };
  const workers = sinks.map((sink): Part => {
    const worker = deliver(bus.sink(sink.name), { sink, alerts, meter, logger, now: clock.now });
    return { start: () => worker.start()(), stop: worker.stop };
  });
  return [
    ...workers,
    comparing(parts),
    looking(ticker({ ...fire, bus, rules, roles, settleMs }), parts),
    taking(bus.advisories, onAdvisory({ ...fire, bus, rules, logger })),
    taking(bus.records, judging({ ...fire, log, rules: rules.rules, rolesOf: roles.rolesOf, logger })),
  ];
};

export const alerter = (parts: AlerterParts): Alerter => {
  const all = partsOf(parts);
  return {
    start: async () => {
      await parts.bus.clock.asked;
      for (const part of all) {
        const started = await part.start();
        if (isLeft(started)) return started;
      }
      return right(undefined);
    },
    stop: async () => {
      await Promise.all(all.map((part) => part.stop()));
    },
  };
};
