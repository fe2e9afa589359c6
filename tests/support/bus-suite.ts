/**
 * What every bus must do, over the ports alone: the same tests run on the memory bus and on a real server with the real
 * permissions. A world is one log with the hosts h1 to h9 of tier test, all with the role web but h9; alice may deploy there.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { suite, type Test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Address,
  allAddress,
  hostAddress,
  requestSubject,
  responseSubject,
  roleAddress,
} from "../../lib/contract/address.ts";
import { maxRecordBytes } from "../../lib/contract/log-names.ts";
import type { HostName } from "../../lib/contract/names.ts";
import type { HostIdentity } from "../../lib/contract/template.ts";
import type { ListenerBus } from "../../lib/nats/listener-bus.ts";
import type { Appended, Bus, Delivery, Enrolled, LiveMessage, LogWriter, Stored } from "../../lib/router/ports.ts";
import { collector, eventually } from "./collector.ts";
import { failureOf, rightOf } from "./either.ts";
import { hostName, requester, role, tier } from "./fixtures.ts";

export const worldTier = tier("test");
export const worldHosts: readonly HostIdentity[] = Array.from({ length: 9 }, (_, i) => ({
  hostname: hostName(`h${i + 1}`),
  tier: worldTier,
  roles: i === 8 ? [] : [role("web")],
}));
export const alice = requester("alice");

/** What the listeners of the world serve. */
export const addressesOf = ({ hostname, tier: of, roles }: HostIdentity): readonly Address[] => [
  hostAddress(of, hostname),
  allAddress(of),
  ...roles.map((one) => roleAddress(of, one)),
];

export interface World {
  readonly alice: Bus;
  /** Gives the host its place in the log; what nobody acknowledges comes again after a second. */
  readonly enrol: (host: HostIdentity) => Promise<void>;
  readonly listener: (host: HostIdentity) => Promise<ListenerBus>;
  readonly end: () => Promise<void>;
}

export type MakeWorld = (options: { readonly maxBytes: number }) => Promise<World>;

let ids = 0;

/** Appends under an id of its own. */
export const put = async (log: LogWriter, subject: string, body = "{}"): Promise<Appended> =>
  rightOf(await log.append({ subject, body, msgId: `id-${++ids}` })());

const to = (address: Address): string => requestSubject(alice, address);
const toHost = (host: HostIdentity): string => to(hostAddress(host.tier, host.hostname));

const hostAt = (place: number): HostIdentity => {
  const host = worldHosts[place - 1];
  if (host === undefined) throw new Error(`there is no host ${place}`);
  return host;
};

const bodies = (records: readonly Stored[]): readonly string[] => records.map(({ body }) => body);

interface Working extends ListenerBus {
  readonly deliveries: ReturnType<typeof collector<Delivery>>;
}

interface Context {
  world: World;
  open: { close: () => Promise<void> }[];
}

const listening = async ({ world, open }: Context, host: HostIdentity): Promise<Working> => {
  const bus = await world.listener(host);
  open.push(bus);
  const deliveries = collector<Delivery>(`delivery for ${host.hostname}`);
  rightOf(await bus.work.start(deliveries.add)());
  return { ...bus, deliveries };
};

const enrolled = async ({ world }: Context, hostname: HostName): Promise<Enrolled> => {
  const hosts = rightOf(await world.alice.roster.enrolled()());
  const host = hosts.find((one) => one.hostname === hostname);
  if (host === undefined) throw new Error(`${hostname} is not enrolled`);
  return host;
};

const reading = (test: Test<Context>): void => {
  test("an empty log has no end, no next and no last", async ({
    world: {
      alice: { log },
    },
  }) => {
    assert.is(rightOf(await log.end()()), 0);
    assert.is(rightOf(await log.next(1, "hd.>")()), undefined);
    assert.is(rightOf(await log.last("hd.res.test.h1.failed")()), undefined);
    assert.is(rightOf(await log.last("hd.res.>")()), undefined);
    assert.equal(rightOf(await log.range(1, "hd.>", 10)()), []);
  });

  test("a record reads as it was appended", async ({
    world: {
      alice: { log },
    },
  }) => {
    const subject = toHost(hostAt(9));
    const before = Date.now();
    const { seq, duplicate } = rightOf(await log.append({ subject, body: '{"é":"\\n"}', msgId: "whole" })());
    const found = rightOf(await log.next(seq, subject)());
    assert.is(duplicate, false);
    const { atMs: _, signature: _signature, ...rest } = found ?? { atMs: 0, signature: undefined };
    assert.equal(rest, { seq, subject, msgId: "whole", body: '{"é":"\\n"}' });
    assert.ok(found !== undefined && Math.abs(found.atMs - before) < 60_000, "stored about now");
    assert.is(rightOf(await log.end()()), seq);
  });

  test("an id is stored once", async ({
    world: {
      alice: { log },
    },
  }) => {
    const entry = { subject: toHost(hostAt(9)), body: "first", msgId: "twice" };
    const first = rightOf(await log.append(entry)());
    const again = rightOf(await log.append({ ...entry, body: "second" })());
    assert.equal(again, { seq: first.seq, duplicate: true });
    assert.is(rightOf(await log.end()()), first.seq);
    assert.is(rightOf(await log.last(entry.subject)())?.body, "first");
  });

  test("what is to come next on its subject is stored only there, and its repetition nowhere", async ({
    world: {
      alice: { log },
    },
  }) => {
    const subject = toHost(hostAt(9));
    const next = (after: number, msgId: string) => log.append({ subject, body: msgId, msgId, after })();
    const known = rightOf(await log.last(subject)())?.seq ?? 0;
    const first = rightOf(await next(known, "next-1"));
    assert.is(isLeft(await next(known, "next-2")), true);
    const second = rightOf(await next(first.seq, "next-3"));
    assert.is(isLeft(await next(first.seq, "next-3")), true);
    assert.is(isLeft(await next(first.seq, "next-4")), true);
    assert.is(rightOf(await log.end()()), second.seq);
  });

  test("next, last and range go by subject, also by pattern", async ({
    world: {
      alice: { log },
    },
  }) => {
    const [own, all, web] = [toHost(hostAt(9)), to(allAddress(worldTier)), to(roleAddress(worldTier, role("web")))];
    const start = (await put(log, own, "a")).seq;
    for (const [subject, body] of [
      [all, "b"],
      [web, "c"],
      [own, "d"],
      [all, "e"],
    ] as const)
      await put(log, subject, body);
    assert.is(rightOf(await log.next(start + 1, own)())?.body, "d");
    assert.is(rightOf(await log.next(start + 1, "hd.req.*.test.all")())?.body, "b");
    assert.is(rightOf(await log.next(start + 4, own)()), undefined);
    assert.is(rightOf(await log.last(own)())?.body, "d");
    assert.is(rightOf(await log.last("hd.req.alice.>")())?.body, "e");
    assert.is(rightOf(await log.last("hd.req.bob.>")()), undefined);
    assert.equal(bodies(rightOf(await log.range(start, "hd.req.*.test.>", 3)())), ["a", "b", "c"]);
    assert.equal(bodies(rightOf(await log.range(start + 1, own, 10)())), ["d"]);
    assert.equal(bodies(rightOf(await log.range(start + 5, "hd.>", 10)())), []);
  });

  test("what is asked of the index: counts, subjects, and the newest of each as of a sequence", async ({
    world: {
      alice: { log },
    },
  }) => {
    const [own, all, h8] = [to(roleAddress(worldTier, role("counted"))), to(allAddress(worldTier)), toHost(hostAt(8))];
    assert.equal([...rightOf(await log.subjects("hd.req.*.*.role.counted")())], []);
    assert.is(rightOf(await log.count(1, own)()), 0);
    const start = (await put(log, own, "a")).seq;
    for (const [subject, body] of [
      [all, "b"],
      [own, "c"],
      [h8, "d"],
      [own, ""],
    ] as const)
      await put(log, subject, body);
    assert.is(rightOf(await log.count(1, own)()), 3);
    assert.is(rightOf(await log.count(start + 1, own)()), 2);
    assert.is(rightOf(await log.count(start + 5, own)()), 0);
    assert.equal([...rightOf(await log.subjects("hd.req.*.*.role.counted")())], [[own, 3]]);
    const newest = async (upTo: number) => bodies(rightOf(await log.newest([own, "hd.req.*.test.h8"], upTo)()));
    assert.equal(await newest(start + 4), ["d", ""]);
    assert.equal(await newest(start + 3), ["c", "d"]);
    assert.equal(await newest(start + 1), ["a"]);
    assert.equal(await newest(start - 1), []);
  });

  test("the newest of more subjects than a server names at once, also where one has no body", async ({
    world: {
      alice: { log },
    },
  }) => {
    const subjects = Array.from({ length: 1_100 }, (_, n) => `hd.req.alice.test.role.many${n}`);
    for (const [n, subject] of subjects.entries()) await put(log, subject, n % 300 === 7 ? "" : `${n}`);
    const end = rightOf(await log.end()());
    const found = rightOf(await log.newest(["hd.req.*.test.role.>"], end)());
    assert.equal(
      found.map(({ subject }) => subject).filter((subject) => subject.includes("many")),
      subjects,
    );
  });

  test("range reads on over many records, dense, rare and without a body", async ({
    world: {
      alice: { log },
    },
  }) => {
    const [dense, rare] = [toHost(hostAt(9)), to(roleAddress(worldTier, role("rare")))];
    const start = rightOf(await log.end()()) + 1;
    const isRare = (i: number) => i % 40 === 7;
    const expected = Array.from({ length: 400 }, (_, i) => (i % 50 === 3 ? "" : String(i)));
    for (const [i, body] of expected.entries()) await put(log, isRare(i) ? rare : dense, body);
    assert.equal(bodies(rightOf(await log.range(start, "hd.req.>", 1_000)())), expected);
    assert.equal(bodies(rightOf(await log.range(start, "hd.req.>", 333)())), expected.slice(0, 333));
    assert.equal(
      bodies(rightOf(await log.range(start, rare, 1_000)())),
      expected.filter((_, i) => isRare(i)),
    );
  });
};

const live = (test: Test<Context>): void => {
  test("live messages reach who subscribed, until it is ended", async (context) => {
    const { live: ask } = context.world.alice;
    const host = await context.world.listener(hostAt(9));
    context.open.push(host);
    const heard = collector<LiveMessage>("live message");
    const end = await ask.subscribe("deploy.responses.*", heard.add);
    host.live.publish("deploy.responses.one", "1");
    assert.equal(await heard.next(), { subject: "deploy.responses.one", body: "1" });
    end();
    const last = collector<LiveMessage>("live message");
    await ask.subscribe("deploy.responses.*", last.add);
    host.live.publish("deploy.responses.two", "2");
    await last.next();
    assert.is(heard.all.length, 1);
  });

  test("a host hears who asks for it", async (context) => {
    const host = await context.world.listener(hostAt(9));
    context.open.push(host);
    const heard = collector<LiveMessage>("question");
    await host.live.subscribe("deploy.discover", heard.add);
    context.world.alice.live.publish("deploy.discover", "?");
    assert.equal(await heard.next(), { subject: "deploy.discover", body: "?" });
  });

  test("a response is heard when it is appended, and a host finds its newest", async (context) => {
    const { hostname } = hostAt(9);
    const host = await context.world.listener(hostAt(9));
    context.open.push(host);
    const heard = collector<LiveMessage>("response");
    await context.world.alice.live.subscribe("hd.res.test.*.*", heard.add);
    const subject = responseSubject(worldTier, hostname, "started");
    assert.is(rightOf(await host.log.last(subject)()), undefined);
    const { seq } = await put(host.log, subject, "s");
    assert.equal(await heard.next(), { subject, body: "s" });
    assert.is(rightOf(await host.log.last(subject)())?.seq, seq);
  });
};

const working = (test: Test<Context>): void => {
  test("a host gets what is addressed to it, in order, and nothing else", async (context) => {
    const { log } = context.world.alice;
    const host = hostAt(1);
    await context.world.enrol(host);
    const { deliveries } = await listening(context, host);
    await put(log, to(hostAddress(worldTier, hostAt(2).hostname)), "not for h1");
    const subjects = [toHost(host), to(allAddress(worldTier)), to(roleAddress(worldTier, role("web"))), toHost(host)];
    const appended = [];
    for (const [i, subject] of subjects.entries()) appended.push(await put(log, subject, `n${i}`));
    for (const [i, subject] of subjects.entries()) {
      const delivery = await deliveries.next();
      const { seq, body, attempt } = delivery;
      assert.equal(
        { seq, body, attempt, subject: delivery.subject },
        { seq: appended[i]?.seq, body: `n${i}`, attempt: 1, subject },
      );
      await delivery.ack();
    }
    await eventually("nothing waits", async () =>
      (await enrolled(context, host.hostname)).pending === 0 ? true : undefined,
    );
  });

  test("what is asked while a host is away waits for it, but not what was asked before", async (context) => {
    const { log } = context.world.alice;
    const host = hostAt(2);
    await put(log, toHost(host), "before");
    await context.world.enrol(host);
    for (const body of ["a", "b", "c"]) await put(log, toHost(host), body);
    const { present, pending, addresses } = await enrolled(context, host.hostname);
    assert.equal({ present, pending, addresses }, { present: false, pending: 3, addresses: addressesOf(host) });
    const { deliveries } = await listening(context, host);
    for (const body of ["a", "b", "c"]) assert.is((await deliveries.next()).body, body);
    assert.is((await enrolled(context, host.hostname)).pending, 3);
  });

  test("each says how many wait behind it; one that comes again does not count", async (context) => {
    const { log } = context.world.alice;
    const host = hostAt(8);
    await context.world.enrol(host);
    for (const body of ["a", "b", "c"]) await put(log, toHost(host), body);
    const { deliveries } = await listening(context, host);
    const taken = [await deliveries.next(), await deliveries.next(), await deliveries.next()];
    assert.equal(
      taken.map(({ pending }) => pending),
      [2, 1, 0],
    );
    for (const one of taken) one.later(1);
    for (const _ of taken) assert.is((await deliveries.next()).pending, 0);
    await put(log, toHost(host), "d");
    assert.is((await deliveries.next()).pending, 0);
  });

  test("what nobody settles comes again; what is settled does not", async (context) => {
    const { log } = context.world.alice;
    const host = hostAt(3);
    await context.world.enrol(host);
    const { deliveries } = await listening(context, host);
    const forgotten = await put(log, toHost(host), "forgotten");
    assert.is((await deliveries.next()).attempt, 1);
    const again = await deliveries.next();
    assert.equal([again.seq, again.attempt], [forgotten.seq, 2]);
    await again.ack();
    await put(log, toHost(host), "refused");
    const refused = await deliveries.next();
    refused.refuse("on purpose");
    await put(log, toHost(host), "later");
    const later = await deliveries.next();
    assert.is(later.body, "later");
    later.later(1);
    const second = await deliveries.next();
    assert.equal([second.seq, second.attempt], [later.seq, 2]);
    await second.ack();
    // Settled already: neither brings it back.
    second.later(1);
    later.refuse("too late");
    await put(log, toHost(host), "last");
    assert.is((await deliveries.next()).body, "last");
  });

  test("what was handed over when it stopped can be settled, and the rest waits", async (context) => {
    const { log } = context.world.alice;
    const host = hostAt(4);
    await context.world.enrol(host);
    const first = await listening(context, host);
    await put(log, toHost(host), "in hand");
    const inHand = await first.deliveries.next();
    await first.work.stop();
    const waiting = await put(log, toHost(host), "waiting");
    await inHand.ack();
    await eventually("only one waits", async () =>
      (await enrolled(context, host.hostname)).pending === 1 ? true : undefined,
    );
    assert.is(first.deliveries.all.length, 1);
    const next = await listening(context, host);
    assert.is((await next.deliveries.next()).seq, waiting.seq);
  });

  test("a host is present while it listens", async (context) => {
    const host = hostAt(5);
    await context.world.enrol(host);
    const seen = (present: boolean) =>
      eventually(`present is ${present}`, async () =>
        (await enrolled(context, host.hostname)).present === present ? true : undefined,
      );
    await seen(false);
    const { work } = await listening(context, host);
    await seen(true);
    await work.stop();
    await seen(false);
  });

  test("no more than 64 are in hand at once", async (context) => {
    const { log } = context.world.alice;
    const host = hostAt(6);
    await context.world.enrol(host);
    for (let i = 0; i < 150; i++) await put(log, toHost(host), String(i));
    const { deliveries } = await listening(context, host);
    let settled = 0;
    let most = 0;
    for (const inHand: Delivery[] = []; settled < 150; ) {
      while (inHand.length < Math.min(64, 150 - settled)) inHand.push(await deliveries.next());
      most = Math.max(most, deliveries.all.length - settled);
      await inHand.shift()?.ack();
      settled += 1;
    }
    assert.is(most, 64);
    assert.equal(new Set(deliveries.all.map(({ body }) => body)).size, 150);
  });

  test("a host without a place in the log is told how to get one", async (context) => {
    const bus = await context.world.listener(hostAt(7));
    context.open.push(bus);
    const { code, message } = failureOf(await bus.work.start(() => undefined)());
    assert.is(code, "unaudited");
    assert.match(message, "hd streams apply --host test/h7");
  });
};

const announcing = (test: Test<Context>): void => {
  const bodiesOf = async ({ world }: Context, ...places: readonly number[]): Promise<readonly string[]> => {
    const found = rightOf(await world.alice.presences.of(places.map((place) => hostAt(place).hostname))());
    return bodies(found ?? []).toSorted();
  };

  test("what a host announces last is what is read, each host's by itself", async (context) => {
    const [one, two] = [await context.world.listener(hostAt(1)), await context.world.listener(hostAt(2))];
    context.open.push(one, two);
    const before = Date.now();
    assert.equal(await bodiesOf(context, 1, 2, 3), []);
    for (const value of ["one, at first", "one"]) rightOf(await one.announcing.put(value)());
    rightOf(await two.announcing.put("two")());
    assert.equal(await bodiesOf(context, 1, 2, 3), ["one", "two"]);
    assert.equal(await bodiesOf(context, 2), ["two"]);
    assert.equal(await bodiesOf(context), []);
    const [found] = rightOf(await context.world.alice.presences.of([hostAt(1).hostname])()) ?? [];
    assert.is(found?.subject, "$KV.HD_HOSTS.h1");
    assert.ok(Math.abs((found?.atMs ?? 0) - before) < 60_000, "stored about now");
  });

  test("a host that leaves its value empty hides nobody else's", async (context) => {
    const hosts = await Promise.all([3, 4, 5].map((place) => context.world.listener(hostAt(place))));
    context.open.push(...hosts);
    for (const [n, { announcing: own }] of hosts.entries()) rightOf(await own.put(n === 0 ? "" : `value ${n}`)());
    for (const places of [
      [3, 4, 5],
      [5, 4, 3],
    ])
      assert.equal(await bodiesOf(context, ...places), ["", "value 1", "value 2"]);
  });
};

const refusing = (test: Test<Context>, make: MakeWorld): void => {
  test("a record above the limit is refused, naming it", async ({
    world: {
      alice: { log },
    },
  }) => {
    for (const size of [maxRecordBytes, 5 * maxRecordBytes]) {
      const entry = { subject: toHost(hostAt(9)), body: "x".repeat(size), msgId: `large ${size}` };
      const { code, message } = failureOf(await log.append(entry)());
      assert.is(code, "invalid_request");
      assert.match(message, "256 KiB");
    }
  });

  test("a full log refuses, and forgets nothing", async () => {
    const world = await make({ maxBytes: 20_000 });
    try {
      const { log } = world.alice;
      const append = (n: number) =>
        log.append({ subject: toHost(hostAt(9)), body: "x".repeat(4_000), msgId: `full-${n}` })();
      let n = 0;
      while ((await append(n))._tag === "Right") n += 1;
      assert.ok(n >= 3, `only ${n} fitted`);
      const { code, message } = failureOf(await append(n));
      assert.is(code, "unaudited");
      assert.match(message, "no room");
      assert.is(rightOf(await log.range(1, "hd.>", 100)()).length, n);
    } finally {
      await world.end();
    }
  });
};

export const busSuite = (name: string, make: MakeWorld): void => {
  const test = suite<Context>(name);
  test.before(async (context) => {
    context.world = await make({ maxBytes: 100_000_000 });
    context.open = [];
  });
  test.after.each(async ({ open }) => {
    await Promise.all(open.splice(0).map((bus) => bus.close()));
  });
  test.after(({ world }) => world.end());
  reading(test);
  live(test);
  working(test);
  announcing(test);
  refusing(test, make);
  test.run();
};
