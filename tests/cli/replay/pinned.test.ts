/** Of random histories: a replay asks for no commit that no host named, and each host that named one gets its own. */
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DeployEvent } from "../../../lib/contract/deploy-event.ts";
import { isTerminal, type Status } from "../../../lib/contract/values.ts";
import { commit, requestId } from "../../support/fixtures.ts";
import { enrol, event, store, storeResponse } from "../support/fleet.ts";
import { type World, world } from "../support/world.ts";

const test = suite("cli/replay/pinned");

const hosts = ["web1", "web2", "web3"] as const;

interface Said {
  readonly host: (typeof hosts)[number] | "gone1";
  readonly status: Status;
  readonly commit: string | undefined;
  /** Of another request. */
  readonly other: boolean;
}

const anySaid: fc.Arbitrary<Said> = fc.record({
  host: fc.constantFrom(...hosts, "gone1" as const),
  status: fc.constantFrom<Status>("accepted", "started", "completed", "failed", "rejected"),
  commit: fc.constantFrom(undefined, "1", "2", "3"),
  other: fc.boolean(),
});

const eventOf = ({ host, status, commit: digit, other }: Said): DeployEvent =>
  event(host, {
    ...{ status, id: requestId("req-1"), request_seq: other ? 99 : 1 },
    ...(digit === undefined ? {} : { commit: commit(digit) }),
  });

const history = async (all: readonly Said[]): Promise<World> => {
  const w = world();
  enrol(w.log, ...hosts.map((host) => `prod/${host}`), "test/lab1");
  await store(w.log, "hd.req.bob.prod.all", { revision: "main", id: "req-1" });
  for (const said of all) await storeResponse(w.log, eventOf(said));
  return w;
};

/** What counts of it: nobody listens to it for longer once all have ended, those that only answered among them. */
const counted = (all: readonly Said[]): readonly Said[] => {
  const [awaited, ended] = [new Set<string>(hosts), new Set<string>()];
  return all.filter(({ host, status, other }) => {
    const counts = !other && ended.size < awaited.size;
    if (counts) awaited.add(host);
    if (counts && isTerminal(status)) ended.add(host);
    return counts;
  });
};

interface Item {
  readonly hosts: readonly string[];
  readonly body: { readonly revision: string };
}

const words = fc.constantFrom([], ["--only", "failed,unreachable"], ["--only", "rejected"], ["--to", "test/lab1"]);

test("the pinned commit is one that the responses name, and of a host that named one its own newest", () =>
  fc.assert(
    fc.asyncProperty(fc.array(anySaid, { maxLength: 12 }), words, async (all, how) => {
      const w = await history(all);
      const exit = await w.hd("replay", "req-1", "--dry-run", "-o", "json", ...how);
      const named = counted(all).flatMap((said) =>
        said.commit === undefined ? [] : [{ ...said, commit: said.commit }],
      );
      if (exit !== 0) {
        assert.match(w.err(), /Nothing was sent|no host/);
        return;
      }
      const { requests }: { requests: readonly Item[] } = JSON.parse(w.out());
      assert.ok(requests.length > 0);
      for (const { hosts: meant, body } of requests) {
        assert.ok(
          named.some((one) => commit(one.commit) === body.revision),
          `nobody named ${body.revision}`,
        );
        for (const host of meant) {
          const own = named.findLast((one) => one.host === host)?.commit;
          assert.ok(own === undefined || commit(own) === body.revision, `${host} named ${own}`);
        }
      }
    }),
    { numRuns: 300 },
  ));

test.run();
