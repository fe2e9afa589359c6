/** Command lines that are wrong, help, and versions: each with its words and its exit code. */
import { left } from "fp-ts/lib/Either.js";
import { createUser } from "nkeys.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { commandTable } from "../../cli/command-table.ts";
import { failure } from "../../lib/contract/failure.ts";
import { keyIn } from "../support/fixtures.ts";
import { world } from "./support/world.ts";

const test = suite("cli/run-cli");

type Case = readonly [words: string, message: string, see?: string];

/** A word with a space in it is written with `_`. */
const split = (words: string): string[] =>
  words
    .split(" ")
    .filter(Boolean)
    .map((word) => word.replaceAll("_", " "));

const misuses: readonly Case[] = [
  ["deplpy", "hd deplpy is not a command; did you mean hd deploy or hd replay?", "hd"],
  ["depoly", "hd depoly is not a command; did you mean hd deploy?", "hd"],
  ["depoly prod/web1 -r main", "hd depoly is not a command; did you mean hd deploy?", "hd"],
  ["hsots", "hd hsots is not a command; did you mean hd hosts?", "hd"],
  ["hsots --context home", "hd hsots is not a command; did you mean hd hosts?", "hd"],
  ["usre add carol", "hd usre is not a command; did you mean hd user add?", "hd"],
  ["zzz", "hd zzz is not a command", "hd"],
  ["streams", "hd streams is not a command; did you mean hd streams apply or hd streams diff?", "hd"],
  ["streams appyl", "hd streams is not a command; did you mean hd streams apply or hd streams diff?", "hd"],
  ["--bogus", "hd takes a command before --bogus", "hd"],
  ["deploy", "<target> is missing; give one or more"],
  ["deploy prod/web1 -r", '--revision needs a value (one that begins with "-": --revision=-x)'],
  ["deploy prod/web1 -r --detach", '--revision needs a value (one that begins with "-": --revision=-x)'],
  ["deploy prod/web1 --revision --detach", '--revision needs a value (one that begins with "-": --revision=-x)'],
  ["deploy prod/web1 -r a -r b", "--revision is given 2 times; give it once"],
  ["deploy prod/web1 --revison v1", "--revison is not an option here; did you mean --revision or --reason?"],
  ["deploy prod/web1 -x", "-x is not an option here"],
  ["deploy prod/web1 --action explode", '--action must be one of switch, boot, test, dry-activate; it is "explode"'],
  ["deploy prod/web1 --timeout 0", "--timeout must be a duration such as 90s, 15m or 1h, at least 1s and at most 24d"],
  [
    "deploy prod/web1 --timeout 25d",
    "--timeout must be a duration such as 90s, 15m or 1h, at least 1s and at most 24d",
  ],
  [
    "deploy prod/web1 --expires soon",
    "--expires must be a duration such as 90s, 15m or 1h, at least 1s and at most 24d",
  ],
  ["deploy prod/web1 --as a_b", '--as must be a requester\'s name (letters, digits, - and _, at most 63); it is "a b"'],
  ["deploy prod/web1 -o xml", '--output must be one of table, json, ndjson; it is "xml"'],
  [
    "deploy prod/web1 --nats-url a_b",
    "--nats-url must be a NATS server such as nats://127.0.0.1:4222, tls://nats.example.org or host:port",
  ],
  [
    "deploy prod/web1 --nats-url nats://hush@host",
    "--nats-url must not hold a user, password or token; give them by options of their own",
  ],
  ["hosts --context ../x", '--context must be the name of a NATS context, as `nats context ls` shows it; it is "../x"'],
  ["hosts --token-file", '--token-file needs a value (one that begins with "-": --token-file=-x)'],
  ["deploy prod/web1 --detach=maybe", "--detach takes no value, and is given once"],
  ["deploy prod/web1 --detach --detach", "--detach takes no value, and is given once"],
  ["watch", "<id> is missing; give one or more"],
  ["watch a/b", '<id> must be an id of letters, digits, - and _, at most 64; it is "a/b"'],
  ["show", "<id> is missing"],
  ["show a b", '"b" is one word too many'],
  ["history -n 0", "--limit must be a whole number from 1 to 100000"],
  ["history -n5x", "--limit must be a whole number from 1 to 100000"],
  ["history extra", '"extra" is one word too many'],
  [
    "history --status done",
    '--status must be one of accepted, rejected, started, completed, failed, applied, waiting, asked, denied, unreadable; it is "done"',
  ],
  [
    "history --since lately",
    '--since must be a moment such as 2h ago, 7d, yesterday 14:00, monday 09:00, 2026-01-31, 2026-01-31 14:00 or 2026-01-31T12:00:00Z; it is "lately", and that is none of them',
  ],
  ["history --host a.b", "--host must be a host such as web1 or prod/web1"],
  ["history --host a/b/c", "--host must be a host such as web1 or prod/web1"],
  [
    "hosts --nats-url 127.0.0.1:99999",
    "--nats-url must be a NATS server such as nats://127.0.0.1:4222, tls://nats.example.org or host:port",
  ],
  ["streams apply --replicas 2", '--replicas must be one of 1, 3; it is "2"'],
  ["streams apply --max-bytes 1", "--max-bytes must be a size such as 512M or 10G, at least 1M"],
  [
    "streams diff --host web1",
    "--host must be <tier>/<name> with roles if it has any, such as prod/web1 or prod/web1:web,dns",
  ],
];

for (const [words, message, see] of misuses) {
  test(`hd ${words}`, async () => {
    const w = world();
    assert.is(await w.hd(...split(words)), 2);
    const command = see ?? `hd ${words.startsWith("streams") ? words.split(" ", 2).join(" ") : words.split(" ")[0]}`;
    assert.match(w.err(), `error: ${message}\n`);
    assert.ok(w.err().endsWith(`see: ${command} --help\n`), w.err());
    assert.is(w.out(), "");
    assert.equal(w.connections, []);
  });
}

for (const words of [
  "deploy prod/web1 -h",
  "deploy prod/web1 -h prod/web2 -r main",
  "deploy --help prod/web1",
  "up -h x",
]) {
  test(`hd ${words} is asked for help and does nothing else`, async () => {
    const w = world();
    assert.is(await w.hd(...split(words)), 0);
    assert.match(w.out(), /^(Deploy a revision|Start a fleet)/);
    assert.equal(w.connections, []);
  });
}

test("every mistake is named", async () => {
  const w = world();
  assert.is(await w.hd("listener"), 2);
  assert.fixture(
    w.err(),
    `error: --hostname is missing; give --hostname <name>, or set HOMELAB_DEPLOY_HOSTNAME
error: --tier is missing; give --tier <tier>, or set HOMELAB_DEPLOY_TIER
error: --flake-url is missing; give --flake-url <url>, or set HOMELAB_DEPLOY_FLAKE_URL
see: hd listener --help
`,
  );
});

test("with JSON asked for, a mistake is one line of JSON", async () => {
  for (const form of [["-o", "json"], ["-ojson"], ["-o=ndjson"], ["--output", "json"], ["--output=json"]]) {
    const w = world();
    assert.is(await w.hd("history", "--limit", "x", "extra", ...form), 2);
    assert.equal(JSON.parse(w.err()), {
      error: {
        code: "usage",
        message: '--limit must be a whole number from 1 to 100000; "extra" is one word too many',
      },
    });
  }
});

test("a mistake in a variable names the variable", async () => {
  const w = world({ env: { HOMELAB_DEPLOY_REQUESTER: "not a name" } });
  assert.is(await w.hd("hosts"), 2);
  assert.match(w.err(), "error: HOMELAB_DEPLOY_REQUESTER must be a requester's name");
});

test("a login name that cannot be a requester's, and none at all", async () => {
  for (const [loginName, why] of [
    [() => "jörg", 'your login name "jörg" cannot be one'],
    [() => undefined, "you have no login name here"],
  ] as const) {
    const w = world({ loginName });
    assert.is(await w.hd("hosts"), 2);
    assert.match(
      w.err(),
      `A requester's name is needed and ${why}; give --as <name>, or set HOMELAB_DEPLOY_REQUESTER.\n`,
    );
  }
});

test("options win over variables, hd's own variables over those of NATS", async () => {
  const env = {
    NATS_URL: "nats://a",
    HOMELAB_DEPLOY_NATS_URL: "nats://b,nats://c",
    NATS_NKEY: "/k",
    HOMELAB_DEPLOY_REQUESTER: "bob",
  };
  const w = world({ env });
  await w.hd("hosts");
  await w.hd("hosts", "--nats-url", "tls://d:1", "--nats-url=e", "--nkey-file", "/l", "--as", "carol");
  const told = w.connections.map(({ servers, credentials, requester }) => ({ servers, credentials, requester }));
  assert.equal(told, [
    { servers: ["nats://b", "nats://c"], credentials: keyIn("/k"), requester: "bob" },
    { servers: ["tls://d:1", "e"], credentials: keyIn("/l"), requester: "carol" },
  ]);
});

test("without any, the server is the local one and the requester the user", async () => {
  const w = world();
  await w.hd("hosts");
  const [connection] = w.connections;
  assert.equal(connection?.servers, ["nats://127.0.0.1:4222"]);
  assert.is(connection?.requester, "alice");
  assert.is(connection?.credentials, undefined);
});

test("credentials and TLS, from options and variables; what contradicts itself is refused", async () => {
  const env = { HOMELAB_DEPLOY_TLS_CA: "/ca", HOMELAB_DEPLOY_TLS_FIRST: "1" };
  const w = world({ env });
  await w.hd("hosts", "--user", "bob", "--password-file", "/p");
  await w.hd("hosts", "--token-file", "/t", "--tls-cert", "/c", "--tls-key", "/k");
  assert.equal(
    w.connections.map(({ credentials, tls }) => ({ credentials, tls })),
    [
      {
        credentials: { kind: "password", user: "bob", password: { file: "/p" } },
        tls: { caFile: "/ca", certFile: undefined, keyFile: undefined, first: true },
      },
      {
        credentials: { kind: "token", token: { file: "/t" } },
        tls: { caFile: "/ca", certFile: "/c", keyFile: "/k", first: true },
      },
    ],
  );
  assert.is(await w.hd("hosts", "--token-file", "/t", "--creds", "/c"), 2);
  assert.match(w.err(), "error: --creds and --token-file are two ways to log in; give one of them.\n");
  assert.is(await w.hd("listener", "--hostname=a", "--tier=prod", "--flake-url=f", "--tls-key", "/k"), 2);
  assert.match(w.err(), "error: The listener is not started: --tls-key is of no use without --tls-cert; give both.\n");
  assert.equal(w.listened, []);
});

test("a context that is selected and broken matters only where it is needed", async () => {
  const broken = failure("invalid_request", "The context file is broken.");
  const contexts = {
    selected: () => async () => left(broken),
    names: async () => [],
    read: () => async () => left(broken),
  };
  const w = world({ contexts });
  assert.is(await w.hd("hosts", "--nats-url", "nats://a"), 0);
  assert.is(await w.hd("hosts"), 2);
  assert.match(w.err(), "error: The context file is broken.\n");
});

test("hd, hd help and hd --help are the same, and name every command, and not what hd itself calls", async () => {
  const texts = new Set<string>();
  for (const words of [[], ["help"], ["--help"], ["-h"]]) {
    const w = world();
    assert.is(await w.hd(...words), 0);
    texts.add(w.out());
  }
  const [text = "", ...more] = texts;
  assert.equal(more, []);
  for (const { name, summary } of commandTable) assert.ok(text.includes(`  ${name} `) && text.includes(summary), name);
  assert.not.match(text, /^ {2}job /m);
});

test("each command has its help, also by hd help", async () => {
  for (const { name, summary } of commandTable) {
    const [plain, helped] = [world(), world()];
    assert.is(await plain.hd(...name.split(" "), "--help"), 0);
    assert.is(await helped.hd("help", ...name.split(" ")), 0);
    assert.is(plain.out(), helped.out());
    assert.ok(plain.out().startsWith(`${summary}\n\nUsage: hd ${name} `), plain.out());
    for (const line of plain.out().split("\n")) assert.ok(line.length <= 100, `${name}: ${line}`);
  }
});

test("the help does not show what is in the environment", async () => {
  const w = world({ env: { HOMELAB_DEPLOY_NKEY_FILE: "/secret/place", NATS_URL: "nats://user:hush@host" } });
  await w.hd("deploy", "--help");
  assert.not.match(w.out(), "secret");
  assert.not.match(w.out(), "hush");
});

test("hd help streams lists its commands", async () => {
  const w = world();
  assert.is(await w.hd("help", "streams"), 0);
  assert.match(w.out(), "hd streams apply  Create the log");
});

test("hd help exit-codes", async () => {
  const w = world();
  assert.is(await w.hd("help", "exit-codes"), 0);
  for (const code of [0, 1, 2, 3, 4, 5, 7, 130]) assert.match(w.out(), new RegExp(`^ +${code}  `, "m"));
});

test("the version", async () => {
  for (const word of ["--version", "-v"]) {
    const w = world();
    assert.is(await w.hd(word), 0);
    assert.is(w.out(), "1.2.3\n");
  }
});

test("a defect is one message and exit 1", async () => {
  const connect = () => {
    throw new Error("oops");
  };
  const w = world({ connect });
  assert.is(await w.hd("hosts"), 1);
  assert.match(w.err(), "error: hd broke; please report this. Error: oops\n");
  const json = world({ connect });
  assert.is(await json.hd("hosts", "-ojson"), 1);
  assert.is(JSON.parse(json.err()).error.code, "internal");
});

test("the listener gets what the command line and the environment say", async () => {
  const env = {
    HOMELAB_DEPLOY_ROLE: "web,dns",
    HOMELAB_DEPLOY_TIMEOUT: "90",
    HOMELAB_DEPLOY_DEBUG: "1",
    HOMELAB_DEPLOY_FLAKE_URL: "git+file:///f?a=1,2",
    HOMELAB_DEPLOY_TRUSTED_KEYS: "/etc/hd/trusted.json",
    HOMELAB_DEPLOY_METRICS: "[::1]:9473",
  };
  const w = world({ env });
  assert.is(
    await w.hd("listener", "--hostname", "web1", "--tier", "prod", "--engine", "sandbox", "--heartbeat-interval", "0"),
    0,
  );
  assert.equal(w.listened, [
    {
      host: { hostname: "web1", tier: "prod", roles: ["web", "dns"] },
      ...{
        servers: ["nats://127.0.0.1:4222"],
        credentials: undefined,
        tls: undefined,
        trustedKeysFile: "/etc/hd/trusted.json",
        flakeUrl: "git+file:///f?a=1,2",
        timeoutMs: 90_000,
      },
      deadlines: { resolveMs: 60_000, buildMs: 90_000, activateMs: 90_000, verifyMs: 90_000, confirmMs: 60_000 },
      ...{ healthChecks: [], rollback: true, frozen: undefined, queueMs: 3_600_000 },
      deploySubjects: ["deploy.<tier>.<hostname>", "deploy.<tier>.all", "deploy.<tier>.role.<role>"],
      ...{
        discoverSubject: "deploy.discover",
        heartbeatMs: 0,
        presenceMs: 60_000,
        stateDir: "/var/lib/homelab-deploy",
        metrics: "[::1]:9473",
      },
      ...{ engine: "sandbox", debug: true, version: "1.2.3" },
    },
  ]);
});

test("metrics are shown at an address and a port, or the listener is not started", async () => {
  for (const address of ["9473", "0.0.0.0", "127.0.0.1:99999", "http://127.0.0.1:9473"]) {
    const w = world();
    assert.is(await w.hd("listener", "--hostname=a", "--tier=prod", "--flake-url=f", "--metrics", address), 2);
    assert.match(w.err(), `--metrics must be address:port, such as 127.0.0.1:9473 or [::1]:9473; it is "${address}"`);
    assert.equal(w.listened, []);
  }
});

test("verify says what it lacks before it asks for a server", async () => {
  const nobody = { loginName: () => undefined };
  const w = world(nobody);
  assert.is(await w.hd("verify", "--only-export", "log.ndjson", "--log"), 2);
  assert.match(w.err(), /^error: --only-export checks a file without the log; leave out --log/);
  const keyless = world();
  assert.is(await keyless.hd("verify", "--vault"), 2);
  assert.match(keyless.err(), "--vault needs the key of the vault's keeper; give --vault-nkey-file <file>.");
});

test("a seed that is given where a file, a server, a context or a word belongs is never repeated", async () => {
  const seed = new TextDecoder().decode(createUser().getSeed());
  const given: readonly (readonly [env: Record<string, string>, words: readonly string[]])[] = [
    ...["NATS_NKEY", "NATS_URL", "NATS_CONTEXT", "HOMELAB_DEPLOY_CREDS", "HOMELAB_DEPLOY_REQUESTER"].map(
      (name) => [{ [name]: seed }, ["hosts"]] as const,
    ),
    ...["--nkey-file", "--nats-url", "--context", "--as", "--tls-key", "--output"].map(
      (option) => [{}, ["hosts", option, seed]] as const,
    ),
    ...[["hosts", seed], [seed], ["show", `${seed}/x`], ["deploy", seed], ["hosts", `--${seed}`]].map(
      (words) => [{}, words] as const,
    ),
    [{}, ["deploy", "prod/web1", "--reason", `it is ${seed}`]],
  ];
  for (const [env, words] of given) {
    const w = world({ env });
    assert.is(await w.hd(...words), 2, words.join(" "));
    assert.not.ok(`${w.out()}${w.err()}`.includes(seed.slice(0, 20)), w.err());
  }
  const w = world({ env: { NATS_NKEY: seed } });
  await w.hd("hosts");
  assert.match(w.err(), "NATS_NKEY is given a seed itself, which is a secret: write it to a file of mode 0600");
});

test.run();
