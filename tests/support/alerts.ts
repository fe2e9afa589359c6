/** Alerts for tests; what matters is given, and the rest is an ordinary failure of one host. */
import type { Alert, Detail } from "../../lib/contract/alert.ts";
import { placeOf } from "../../lib/contract/alert.ts";
import { ErrorCode, instant } from "../../lib/contract/values.ts";
import type { Outgoing } from "../../lib/router/alerting.ts";
import { messageOf } from "../../streams/alerts/message.ts";
import { commit, fit, hostName, noonMs, requester, requestId, revision, ruleName, sinkName, tier } from "./fixtures.ts";

export const detail = (changes: Partial<Detail> = {}): Detail => ({
  ...{
    tier: tier("prod"),
    host: hostName("web1"),
    seq: 42,
    status: "failed",
    error: fit(ErrorCode, "build_failed"),
    phase: "build",
  },
  message: "the configuration did not build",
  commit: commit("a"),
  elapsed_ms: 123_000,
  log_tail: ["error: attribute 'nginx' missing", "       at flake.nix:12"],
  ...changes,
});

export const alertOf = (changes: Partial<Alert> = {}): Alert => {
  const details = changes.details ?? [detail()];
  return {
    ...{ rule: ruleName("failed"), kind: "firing", severity: "critical", stands: true },
    title: "prod/web1 failed: build_failed",
    hosts: details.map((one) => placeOf(one.tier, one.host)),
    details,
    about: {
      ...{ seq: 41, id: requestId("01KA0000000000000000000000"), requester: requester("alice"), action: "switch" },
      ...{ revision: revision("main"), reason: "weekly update" },
    },
    ...{ to: [sinkName("ops")], as_of: 42, part: 1, at: instant(noonMs) },
    ...changes,
  };
};

export const outgoingOf = (alert: Alert = alertOf(), changes: Partial<Outgoing> = {}): Outgoing => ({
  ...{ id: "alert:failed:r41:1", seq: 7, alert, message: messageOf(alert, noonMs), perhapsAgain: false },
  ...changes,
});
