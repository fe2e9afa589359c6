/** A log with a past: deployments that went well, one that failed, a replay, a request that nobody answered, and alerts. */
import { hostAddress, requestSubject } from "../../../../lib/contract/address.ts";
import { logAge } from "../../../../lib/contract/alert.ts";
import { firedSubject, silenceSubject } from "../../../../lib/contract/alert-subjects.ts";
import { LogLine } from "../../../../lib/contract/values.ts";
import { fit, hostName, requester, requestId, storePath, tier } from "../../../support/fixtures.ts";
import type { MemoryLog } from "../../../support/memory-bus.ts";
import { accepted, building, built, done, ended, notBuilt, resolving, serveBuilds } from "../../support/builder.ts";
import {
  announce,
  answerDiscovery,
  buildFailed,
  completed,
  enrol,
  event,
  store,
  storeResponse,
} from "../../support/fleet.ts";
import { world } from "../../support/world.ts";

export const [wentWell, failedOne] = [requestId("req-good"), requestId("req-bad")];
const unanswered = requestId("req-open");

const ask = (log: MemoryLog, place: string, body: object): Promise<{ readonly seq: number }> => {
  const [of = "", host = ""] = place.split("/");
  return store(log, requestSubject(requester("alice"), hostAddress(tier(of), hostName(host))), body);
};

const alert = {
  rule: "failed",
  kind: "firing",
  stands: true,
  severity: "critical",
  title: "web2 failed with build_failed",
  hosts: ["prod/web2"],
  details: [{ tier: "prod", host: "web2", message: "the build failed" }],
  about: { seq: 3, id: failedOne },
  to: ["mail"],
  as_of: 5,
  part: 1,
  at: "2026-01-31T12:00:06.000Z",
};

const tell = (log: MemoryLog, subject: string, body: object) =>
  log.alerts.append({ subject, body: JSON.stringify(body), msgId: `${subject}-${log.alerts.records.length}` })();

const [web1, web2] = [built("web1"), notBuilt("web2")];
const tail = ["building\u2026", "error: attribute 'nginxx' missing"].map((line) => fit(LogLine, line));
const builds = [accepted, resolving, building(2), done(web1), done(web2, { log_tail: tail }), ended(web1, web2)];

/** With a builder for whoever asks. */
export const fleetLog = async (): Promise<MemoryLog> => {
  const { log } = world();
  enrol(log, "prod/web1:web", "prod/web2:web", "test/lab1");
  await answerDiscovery(log, "prod/web1:web");
  await announce(log, "prod/web1:web", { generation: 142, reboot_needed: ["kernel"] });
  const good = await ask(log, "prod/web1", { id: wentWell, action: "switch", revision: "main", reason: "greet" });
  const closure = storePath("system");
  await storeResponse(log, event("web1", { status: "accepted", id: wentWell, request_seq: good.seq }));
  await storeResponse(log, completed("web1", { id: wentWell, request_seq: good.seq, closure }));
  const bad = await ask(log, "prod/web2", { id: failedOne, action: "switch", revision: "broken", replay_of: wentWell });
  await storeResponse(log, buildFailed("web2", { id: failedOne, request_seq: bad.seq }));
  await ask(log, "test/lab1", { id: unanswered, action: "test", revision: "main" });
  await tell(log, firedSubject("failed" as never, `r${bad.seq}`, logAge(0)), alert);
  await tell(log, silenceSubject(requester("bob")), {
    host: "web1",
    until: "2026-02-01T00:00:00.000Z",
    reason: "moving it",
  });
  await tell(log, "hd.alert.sent.mail", { alert: 1, outcome: "failed", attempt: 1, message: "refused", at: alert.at });
  await serveBuilds(log, () => builds);
  return log;
};
