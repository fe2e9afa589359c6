/**
 * What a call waits for: git, for each revision once and for all at the same time, and a person, who has what is left of it.
 * Whoever answers late, person or git, finds a wish, and the answer says so.
 */
import { left, right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { callTool } from "../../../cli/mcp/call.ts";
import { lookups } from "../../../cli/mcp/deploying/lookups.ts";
import { wantedBy } from "../../../cli/mcp/deploying/wanted.ts";
import type { ToolContext } from "../../../cli/mcp/tool.ts";
import { deploy } from "../../../cli/mcp/tools/deploy.ts";
import { deployAdmin } from "../../../cli/mcp/tools/deploy-admin.ts";
import { failure } from "../../../lib/contract/failure.ts";
import { failureOf, rightOf } from "../../support/either.ts";
import { commit, deferred, noonMs, requester } from "../../support/fixtures.ts";
import type { MemoryLog } from "../../support/memory-bus.ts";
import { enrol, enrolled } from "../support/fleet.ts";
import { type ClientOptions, connected, sessionOn, textOf } from "./support/client.ts";
import { session } from "./support/session.ts";

const test = suite("cli/mcp/lookups");

const resolving = (resolve: ToolContext["options"]["resolve"]): Pick<ToolContext, "options"> => ({
  options: { env: {}, repeated: "", discoverSubject: "deploy.discover", unconfirmed: [], resolve },
});

const wishes = ({ records }: MemoryLog) => records.filter(({ subject }) => subject.startsWith("hd.ask."));
const requests = ({ records }: MemoryLog) => records.filter(({ subject }) => subject.startsWith("hd.req."));

test("a revision is looked up once for all targets", async () => {
  const made = session();
  const targets = Array.from({ length: 20 }, (_, n) => `prod/web${n}`);
  enrol(made.log, ...targets);
  let asked = 0;
  const counting = resolving(() => async () => {
    asked += 1;
    return right(commit("3"));
  });
  assert.is(rightOf(await made.call(deploy, { targets }, counting)).state, "awaiting_approval");
  assert.equal([asked, wishes(made.log).length], [1, 20]);
});

test("several revisions are looked up at the same time", async () => {
  const both = deferred<void>();
  const asked = new Set<string>();
  const { options } = resolving((revision) => async () => {
    asked.add(revision);
    if (asked.size === 2) both.resolve();
    await both.promise;
    return right(commit("3"));
  });
  const signal = new AbortController().signal;
  const commitOf = lookups({ options, signal });
  const context = { options, now: () => noonMs, client: "", tool: "deploy" } as ToolContext;
  const wanted = ["main", "next"].flatMap((revision) => {
    const args = deploy.input.strict({ hostname: "web1", revision });
    return rightOf(wantedBy(rightOf(args) as never, [enrolled("prod/web1")], context));
  });
  // Neither is answered before the other is asked.
  assert.equal(await Promise.all(wanted.map(commitOf)), [right(commit("3")), right(commit("3"))]);
});

test("a repository that does not answer keeps nothing from being wished for, and one without the revision does", async () => {
  const made = session();
  enrol(made.log, "prod/web1");
  const failing = (code: "timeout" | "revision_not_found") => resolving(() => async () => left(failure(code, "No.")));
  const refused = await made.call(deploy, { targets: ["prod/web1"] }, failing("revision_not_found"));
  assert.equal([failureOf(refused).code, wishes(made.log).length], ["revision_not_found", 0]);
  const done = rightOf(await made.call(deploy, { targets: ["prod/web1"] }, failing("timeout")));
  assert.equal([done.state, wishes(made.log).length], ["awaiting_approval", 1]);
  assert.match(done.next, "--flake-url");
});

test("what git takes of a call the person has not", async () => {
  const made = session({ admin: true });
  enrol(made.log, "prod/web1");
  let [nowMs, hadMs] = [noonMs, 0];
  const identity = async () => right({ requester: requester("claude"), bus: made.log.bus() });
  const { options } = resolving(() => async () => {
    nowMs += 15_000;
    return right(commit("3"));
  });
  const slow = sessionOn(made.log, { identity, admin: identity, options, now: () => nowMs });
  const confirm = async (_: string, __: string, withinMs: number) => {
    hadMs = withinMs;
    return "unsupported" as const;
  };
  const called = { client: "", signal: new AbortController().signal, progress: () => {}, confirm };
  await callTool(slow, { ...called, name: deployAdmin.name, args: { targets: ["prod/web1"] } });
  assert.equal([hadMs, wishes(made.log).length], [30_000, 1]);
});

test("a form that is answered late is answered as a wish, and the late yes sends nothing", async () => {
  const { log } = session();
  enrol(log, "prod/web1");
  const late = deferred<Awaited<ReturnType<NonNullable<ClientOptions["onForm"]>>>>();
  const identity = async () => right({ requester: requester("claude"), bus: log.bus() });
  const { options } = resolving(() => async () => right(commit("3")));
  const one = await connected(sessionOn(log, { identity, admin: identity, options, answerMs: 2_000 }), {
    capabilities: { elicitation: { form: {} } },
    onForm: () => late.promise,
  });
  const result = await one.call(deployAdmin.name, { targets: ["prod/web1"] });
  assert.match(textOf(result), /^awaiting_approval\n/);
  late.resolve({ action: "accept", content: { confirm: "deploy 1 prod" } });
  await one.client.ping();
  assert.equal([wishes(log).length, requests(log).length], [1, 0]);
  await one.close();
});

test.run();
