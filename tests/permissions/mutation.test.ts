/**
 * The proof is only worth what it notices. Each line of every identity's permissions, and each of the accounts' imports and
 * exports, is taken out once: something that is needed must then not work, or the line is too much. And each kind of line
 * that would be too much is put in once: something that must be denied must then not be.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { nameOf } from "../../lib/contract/fleet-identities.ts";
import { type Permissions, permissionsOf } from "../../lib/contract/permissions.ts";
import { newKey } from "../../lib/nats/new-key.ts";
import { type UserKey, userKey } from "../../lib/nats/user-key.ts";
import { shared } from "../../lib/server/accounts.ts";
import type { Setting, Settings } from "../../lib/server/render.ts";
import { rightOf } from "../support/either.ts";
import type { Act } from "./act.ts";
import { acts } from "./acts.ts";
import { identities } from "./fleet.ts";
import { neededBy, wanted } from "./matrix.ts";
import { type ProofWorld, startProof } from "./world.ts";

const test = suite("permissions/mutation");

/** An identity with a key of its own and permissions that are not quite its own. */
interface Mutant {
  readonly who: string;
  readonly change: string;
  readonly key: UserKey;
  readonly permissions: Permissions;
}

const directions = ["publish", "subscribe"] as const;

const mutantsOf = (
  change: (permissions: Permissions) => readonly (readonly [change: string, permissions: Permissions])[],
): readonly Mutant[] =>
  identities.flatMap((identity) =>
    change(permissionsOf(identity)).map(([what, permissions]) => ({
      ...{ who: nameOf(identity), change: what, permissions },
      key: userKey(newKey().seed),
    })),
  );

const withoutOne = (permissions: Permissions) =>
  directions.flatMap((direction) =>
    permissions[direction].map((line) => {
      const others = permissions[direction].filter((other) => other !== line);
      return [`${direction} ${line}`, { ...permissions, [direction]: others }] as const;
    }),
  );

/** Whether an act comes out otherwise than it has to for that identity. */
const differs = async (world: ProofWorld, { who, key }: Pick<Mutant, "who" | "key">, tried: readonly Act[]) => {
  const client = await world.clientWith(who, key);
  try {
    for (const act of tried) if ((await act.run(client, world.stage)) !== wanted(act, who)) return true;
    return false;
  } finally {
    await client.nc.close();
  }
};

/** The changes that nothing notices. */
const unnoticed = async (mutants: readonly Mutant[], tried: (mutant: Mutant) => readonly Act[]) => {
  const world = rightOf(await startProof({ extras: mutants }));
  try {
    const silent: string[] = [];
    for (const mutant of mutants) {
      if (!(await differs(world, mutant, tried(mutant)))) silent.push(`${mutant.who}: ${mutant.change}`);
    }
    return silent;
  } finally {
    await world.close();
  }
};

test("no line of any identity can be taken out unnoticed", async () => {
  const mutants = mutantsOf(withoutOne);
  assert.ok(mutants.length > 90, `only ${mutants.length} lines`);
  assert.equal(await unnoticed(mutants, ({ who }) => neededBy(who)), []);
});

const withoutOneDenial = (permissions: Permissions) => {
  const { denyPublish = [] } = permissions;
  return denyPublish.map((line) => {
    const others = denyPublish.filter((other) => other !== line);
    return [`deny ${line}`, { ...permissions, denyPublish: others }] as const;
  });
};

test("no denial can be taken out unnoticed", async () => {
  const mutants = mutantsOf(withoutOneDenial);
  assert.is(mutants.length, 18);
  const asks = acts.filter(({ group, by }) => group === "ask" && by.length === 0);
  assert.equal(await unnoticed(mutants, () => asks), []);
});

/** Lines that somebody might add for convenience. */
const wide: readonly (readonly [(typeof directions)[number], string])[] = [
  ["publish", ">"],
  ["publish", "hd.>"],
  ["publish", "hd.req.>"],
  ["publish", "hd.req.*.test.>"],
  ["publish", "hd.req.alice.>"],
  ["publish", "hd.res.>"],
  ["publish", "hd.res.prod.*.*"],
  ["publish", "hd.alert.>"],
  ["publish", "hd.alert.silence.*"],
  ["publish", "hd.alert.ack.>"],
  ["publish", "hd.api.CONSUMER.MSG.NEXT.HD_ALERTS.*"],
  ["publish", "hd.api.>"],
  ["publish", "hd.api.CONSUMER.>"],
  ["publish", "$JS.>"],
  ["publish", "$JS.API.>"],
  ["publish", "$JS.ACK.>"],
  ["publish", "$SYS.>"],
  ["publish", "_INBOX_alice.>"],
  ["subscribe", ">"],
  ["subscribe", "hd.>"],
  ["subscribe", "hd.req.>"],
  ["subscribe", "hd.alert.>"],
  ["subscribe", "deploy.>"],
  ["subscribe", "_INBOX_web1.>"],
  ["subscribe", "$JS.>"],
  ["subscribe", "$SYS.>"],
];

/** In the streams' account `hd.api` is another name of `$JS.API`, and by that name permissions are checked. */
const isNothing = (line: string, { account }: Permissions): boolean =>
  account === "stream" && line.startsWith("hd.api.");

const withOneMore = (permissions: Permissions) =>
  wide
    .filter(([direction, line]) => !permissions[direction].includes(line) && !isNothing(line, permissions))
    .map(([direction, line]) => {
      const lines = [...permissions[direction], line];
      return [`${direction} ${line}`, { ...permissions, [direction]: lines }] as const;
    });

test("no line can be added unnoticed", async () => {
  // Acts that change the server for those who come after are left to the test above.
  const harmless = acts.filter(
    ({ group, by }) =>
      by.length > 0 || ["live", "ask", "answer", "alerts", "read the log", "the server"].includes(group),
  );
  const silent = await unnoticed(mutantsOf(withOneMore), ({ who }) =>
    harmless.filter(({ by, vain, spared }) => ![...by, ...vain, ...spared].includes(who)),
  );
  assert.equal(silent, []);
});

type Path = readonly string[];

/** The settings without one item of a list in them. */
const without = (settings: Settings, [head = "", ...rest]: Path, index: number): Settings => {
  const value = settings[head];
  const changed: Setting | undefined = Array.isArray(value)
    ? value.filter((_, n) => n !== index)
    : without(value as Settings, rest, index);
  return { ...settings, [head]: changed };
};

/** Everything that works for somebody, until something does not. */
const breaks = async (world: ProofWorld): Promise<boolean> => {
  for (const act of acts) {
    for (const who of act.by) {
      const client = await world.client(who);
      const outcome = await act.run(client, world.stage);
      await client.nc.close();
      if (outcome !== "works") return true;
    }
  }
  return false;
};

const isNoticed = async (path: Path, index: number): Promise<boolean> => {
  // A server that does not take the configuration has noticed it as well.
  const world = await startProof({ change: (settings) => without(settings, path, index) }).catch(() => undefined);
  if (world === undefined || world._tag === "Left") return true;
  const { close } = world.right;
  return breaks(world.right).finally(() => close());
};

const lists = [
  { path: ["accounts", "CLIENTS", "imports"], count: shared.length },
  { path: ["accounts", "STREAMS", "exports"], count: shared.length + 3 },
  { path: ["accounts", "VAULT", "imports"], count: 3 },
];

for (const { path, count } of lists) {
  test(`no line of ${path.join(".")} can be taken out unnoticed`, async () => {
    const silent: number[] = [];
    for (let index = 0; index < count; index++) if (!(await isNoticed(path, index))) silent.push(index);
    assert.equal(silent, []);
  });
}

test.run();
