/** What a service tells its metrics, as ports, and a count of outcomes that can be kept and told again. */
import type { Either } from "fp-ts/lib/Either.js";
import type { Sent } from "../contract/alert.ts";
import type { AlertRules } from "../contract/alert-rules.ts";
import type { Failure } from "../contract/failure.ts";
import type { MetricsAddress } from "../contract/metrics-address.ts";
import type { HostName, SinkName, Tier } from "../contract/names.ts";
import type { Outcome } from "../contract/outcome.ts";
import type { HostIdentity } from "../contract/template.ts";
import type { Phase } from "../contract/values.ts";
import type { AlerterBus, AlertMeter } from "./alerting.ts";

/** `times`: so many of the same at once. */
export interface OutcomeMeter {
  readonly ended: (outcome: Pick<Outcome, "status" | "action" | "code">, times: number) => void;
  readonly took: (
    of: { readonly action: Outcome["action"]; readonly success: boolean },
    ms: number,
    times: number,
  ) => void;
  readonly phase: (phase: Phase, ms: number, times: number) => void;
  /** The newest counts. */
  readonly succeeded: (atMs: number) => void;
}

/** One that is counted, with how long its phases took and when it ended. */
export interface Counted {
  readonly outcome: Outcome;
  readonly phases: readonly { readonly phase: Phase; readonly ms: number }[];
  readonly atMs: number;
}

export const count = (meter: OutcomeMeter, { outcome, phases, atMs }: Counted): void => {
  const { action, elapsedMs, status } = outcome;
  const success = status === "completed";
  meter.ended(outcome, 1);
  if (elapsedMs !== undefined) meter.took({ action, success }, elapsedMs, 1);
  for (const { phase, ms } of phases) meter.phase(phase, ms, 1);
  if (success) meter.succeeded(atMs);
};

/** What a listener is asked for by its metrics. */
export interface ListenerSources {
  readonly host: HostIdentity;
  readonly version: string;
  readonly isUp: () => boolean;
  readonly isDeploying: () => boolean;
  /** `undefined`: nobody can tell now. Never rejects. */
  readonly lag: () => Promise<number | undefined>;
}

/** As Prometheus reads them. */
export interface Shown {
  readonly contentType: string;
  /** `undefined`: not yet; half a count would look like one that grew. */
  readonly text: () => Promise<string | undefined>;
}

export interface ListenerMeter extends OutcomeMeter {
  readonly appended: (ms: number) => void;
  readonly shown: Shown;
}

export interface EndpointOptions {
  readonly address: MetricsAddress;
  readonly shown: Shown;
  /** What keeps the service from its work, as a sentence; `undefined`: nothing. */
  readonly trouble: () => string | undefined;
  readonly notice: (sentence: string) => void;
}

export interface Endpoint {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** The adapters of a listener's metrics. */
export interface ListenerMetrics {
  readonly listenerMetrics: (sources: ListenerSources) => ListenerMeter;
  /** Left: nobody can listen there, and what to do. */
  readonly serveMetrics: (options: EndpointOptions) => Promise<Either<Failure<"unreachable">, Endpoint>>;
}

/** Is told of every outcome in the log. */
export interface FleetMeter extends Pick<OutcomeMeter, "ended" | "took"> {
  /** Of all hosts that there are: when a deployment succeeded last; 0: never. */
  readonly hosts: (all: readonly { readonly hostname: HostName; readonly tier: Tier; readonly atMs: number }[]) => void;
  /** The last record of the log that is counted. */
  readonly upTo: (seq: number) => void;
}

/** What an alerter is asked for by its metrics. */
export interface AlerterSources {
  readonly rules: AlertRules;
  readonly version: string;
  readonly bus: Pick<AlerterBus, "lag" | "logStream">;
  /** The newest try of each sink, whichever alerter made it: streams/alerts/ledger.ts knows them. Left out: those of this one. */
  readonly sinks?: (() => Promise<Iterable<readonly [SinkName, { readonly sent: Sent }]>>) | undefined;
  /** Brings the counts of the fleet up to the end of the log. True: they are. */
  readonly counts: (meter: FleetMeter) => () => Promise<boolean>;
}

export interface AlerterMetrics {
  readonly meter: AlertMeter;
  /** Absences were looked for. */
  readonly ticked: (atMs: number) => void;
  readonly shown: Shown;
}
