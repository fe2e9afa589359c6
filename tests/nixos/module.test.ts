/** The module as NixOS evaluates it: what each option becomes, what is refused and in which words. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { natsBinary } from "../support/nats.ts";
import { machine, moduleEvaluator } from "../support/nixos-module.ts";
import { nixosPages } from "../support/nixos-pages.ts";
import { tempDir } from "../support/temp-dir.ts";

const test = suite("nixos/module");
const project = join(import.meta.dirname, "../..");
const evaluate = await moduleEvaluator();

type Settings = Readonly<Record<string, string>>;

/** Values are Nix. */
const smallest: Settings = {
  tier: `"prod"`,
  natsUrl: `"nats://n"`,
  flakeUrl: `"git+https://git.example.org/x"`,
};

const part = (name: string, settings: Settings): string => {
  const lines = Object.entries(settings).map(([option, value]) => `${option} = ${value};`);
  return `{ services.homelab-deploy.${name} = { enable = true; ${lines.join(" ")} }; }`;
};
const listener = (settings: Settings): string => part("listener", { ...smallest, ...settings });

const unitOf = async (config: string) => {
  const evaluated = await evaluate?.(config);
  assert.equal(evaluated?.failedAssertions, []);
  const unit = evaluated?.units["homelab-deploy-listener"];
  if (unit === undefined || evaluated === undefined) throw new Error("there is no listener");
  return { unit, evaluated };
};

/** What Nix says of a configuration that it refuses, without its colours. */
const refusal = async (config: string): Promise<string> => {
  try {
    await evaluate?.(config);
  } catch (error) {
    return error instanceof Error ? stripVTControlCharacters(error.message) : String(error);
  }
  throw new Error(`nothing was wrong with ${config}`);
};

const filesBelow = (dir: string): readonly string[] =>
  readdirSync(join(project, dir), { recursive: true, encoding: "utf8", withFileTypes: false })
    .filter((name) => /\.(service|timer)$/.test(name))
    .map((name) => `${dir}/${name}`);

if (evaluate !== undefined) {
  test("snapshots and the page of options are what scripts/nixos.ts writes", async () => {
    const pages = (await nixosPages()) ?? {};
    for (const [path, text] of Object.entries(pages))
      assert.is(readFileSync(join(project, path), "utf8"), text, `${path} is not current`);
    assert.equal(
      filesBelow("tests/nixos/snapshots").filter((path) => !(path in pages)),
      [],
    );
  });

  test("every option says what it is for, and has an example", async () => {
    const { evaluated } = await unitOf(listener({}));
    for (const { name, description, example, visible } of evaluated.options.filter((option) => option.visible)) {
      assert.ok(visible && description.trim().length > 5, `${name} has no description`);
      // A submodule's own name is no option.
      if (!name.endsWith("_module.args")) assert.ok(example !== undefined, `${name} has no example`);
    }
  });

  const becomes: readonly (readonly [option: string, value: string, words: string])[] = [
    ["hostname", `"web1"`, "--hostname web1"],
    ["roles", `[ "web" "dns" ]`, "--role web --role dns"],
    ["natsUrl", `[ "nats://a" "nats://b:1" ]`, "--nats-url nats://a --nats-url nats://b:1"],
    ["nkeyFile", `"/run/k"`, "--nkey-file %d/nkey"],
    ["credsFile", `"/run/k"`, "--creds %d/creds"],
    ["tokenFile", `"/run/k"`, "--token-file %d/token"],
    ["tls.caFile", `"/etc/ca.pem"`, "--tls-ca /etc/ca.pem"],
    ["tls.first", "true", "--tls-first"],
    ["trustedKeys", `"/etc/t.json"`, "--trusted-keys /etc/t.json"],
    ["timeout", `"20m"`, "--timeout 20m"],
    ["resolveTimeout", "30", "--resolve-timeout 30"],
    ["buildTimeout", "30", "--build-timeout 30"],
    ["activateTimeout", "30", "--activate-timeout 30"],
    ["verifyTimeout", "30", "--verify-timeout 30 "],
    ["confirmTimeout", "30", "--confirm-timeout 30"],
    ["queueTimeout", `"1d"`, "--queue-timeout 1d"],
    ["heartbeatInterval", "0", "--heartbeat-interval 0"],
    ["presenceInterval", `"5m"`, "--presence-interval 5m"],
    ["healthChecks.web", `{ tcp = "a:1"; }`, "-homelab-deploy-health-checks.json"],
    ["deploySubjects", `[ "deploy.<tier>.site.<role>" ]`, `--deploy-subject "deploy.<tier>.site.<role>"`],
    ["discoverSubject", `"deploy.who"`, "--discover-subject deploy.who"],
    ["metrics.enable", "true", "--metrics 127.0.0.1:9473"],
    ["debug", "true", "--debug"],
    ["extraArgs", `[ "--x" "a %d $HOME" ]`, `--x "a %%d $$HOME"`],
  ];
  test("each option becomes its words, and without it they are not there", async () => {
    const without = String((await unitOf(listener({}))).unit.serviceConfig["ExecStart"]);
    for (const [option, value, words] of becomes) {
      const verify =
        option === "confirmTimeout" || option === "verifyTimeout" ? { verifyTimeout: "30", confirmTimeout: "30" } : {};
      const { unit } = await unitOf(listener({ ...verify, [option]: value }));
      const line = String(unit.serviceConfig["ExecStart"]);
      assert.ok(`${line} `.includes(words), `${option}: ${line}`);
      assert.not.ok(`${without} `.includes(words), option);
    }
  });

  test("what is for jobs becomes variables and PATH", async () => {
    const { unit } = await unitOf(
      listener({
        sshKeyFile: `"/run/a key"`,
        gitCredentialsFile: `"/run/c"`,
        path: `[ "/opt/x" ]`,
        "environment.A": `"b"`,
      }),
    );
    assert.is(unit.environment["GIT_SSH_COMMAND"], "ssh -o BatchMode=yes -o IdentitiesOnly=yes -i '/run/a key'");
    assert.match(unit.environment["GIT_CONFIG_VALUE_0"] ?? "", "git credential-store --file /run/c get");
    assert.equal([unit.environment["A"], unit.path.at(-1)], ["b", "/opt/x"]);
  });

  test("a path of what is public becomes part of the system, and a string stays where it is", async () => {
    const keys = join(project, "tests/nixos/machines/fleet/trusted-keys.json");
    const lineOf = async (value: string) =>
      String((await unitOf(listener({ trustedKeys: value, "tls.caFile": value }))).unit.serviceConfig["ExecStart"]);
    assert.match(
      await lineOf(keys),
      /--trusted-keys \/nix\/store\/\w{32}-trusted-keys\.json .*--tls-ca \/nix\/store\//,
    );
    assert.match(await lineOf(`"${keys}"`), `--trusted-keys ${keys} `);
  });

  test("a port is opened only where both are asked for", async () => {
    const ports = async (settings: Settings) => (await unitOf(listener(settings))).evaluated.firewall;
    assert.equal(await ports({ "metrics.enable": "true" }), []);
    assert.equal(await ports({ "metrics.openFirewall": "true" }), []);
    assert.equal(await ports({ metrics: `{ enable = true; openFirewall = true; address = "[::]:99"; }` }), [99]);
  });

  const refused: readonly (readonly [settings: Settings, said: RegExp])[] = [
    [
      { tier: `"build"` },
      /listener\.tier' is not of type `a tier \(letters, digits, - and _, at most 63, not responses or discover or build\)'/,
    ],
    [{ hostname: `"all"` }, /is not of type `a host name \(letters.*not all or role\)'/],
    [{ roles: `[ "a b" ]` }, /is not of type `a role/],
    [{ timeout: `"10 minutes"` }, /a duration such as 90s, 15m or 1h, at least 1s and at most 24d/],
    [{ timeout: "0" }, /a duration such as/],
    [{ timeout: `"25d"` }, /a duration such as/],
    [{ natsUrl: `"nats://alice:secret@n"` }, /without a user, password or seed/],
    [{ natsUrl: "[ ]" }, /NATS server/],
    [{ flakeUrl: `"github:org/nixos"` }, /is not of type `a git repository/],
    [{ flakeUrl: `"git+https://git.example.org/x?ref=main"` }, /the revision comes with each request/],
    [{ deploySubjects: `[ "deploy.<tier>.<host>" ]` }, /no other variables than <hostname>, <tier> and <role>/],
    [{ deploySubjects: `[ "deploy.build.x" ]` }, /a template of a subject/],
    [{ discoverSubject: `"deploy.>"` }, /a subject without wildcards/],
    [{ metrics: `{ enable = true; address = ":9473"; }` }, /address:port, such as 127\.0\.0\.1:9473/],
    [{ metrics: `{ enable = true; address = "127.0.0.1:65536"; }` }, /address:port/],
    [{ nkeyFile: `"keys/web1.nk"` }, /the absolute path of a file outside the Nix store/],
    [{ flakeURL: `"x"` }, /option `services\.homelab-deploy\.listener\.flakeURL' does not exist/],
  ];
  test("what cannot be right is refused, and the message says what would be", async () => {
    for (const [settings, said] of refused) assert.match(await refusal(listener(settings)), said);
  });

  test("what is missing is named", async () => {
    for (const option of ["tier", "natsUrl", "flakeUrl"]) {
      const given = Object.entries(smallest).filter(([name]) => name !== option);
      const said = await refusal(part("listener", Object.fromEntries(given)));
      assert.match(said, `listener.${option}' was accessed but has no value defined`);
    }
  });

  const asserted: readonly (readonly [config: string, said: RegExp])[] = [
    [
      listener({ nkeyFile: "./web1.nk" }),
      /listener\.nkeyFile is a path literal or a file in the Nix store.*Write where it stands/,
    ],
    [listener({ nkeyFile: `"/nix/store/x/web1.nk"` }), /nkeyFile is a path literal or a file in the Nix store/],
    [listener({ nkeyFile: `"/a"`, tokenFile: `"/b"` }), /nkeyFile and tokenFile are two ways to log in; keep one/],
    [listener({ user: `"a"` }), /user and passwordFile go together/],
    [listener({ "tls.certFile": `"/a"` }), /certFile and keyFile go together/],
    [listener({ confirmTimeout: `"1h"` }), /confirmTimeout \(1h\) is longer than verifyTimeout \(180\)/],
    [listener({ buildTimeout: "601" }), /buildTimeout \(601\) is longer than timeout \(600\)/],
    [
      listener({ flakeUrl: `"git+https://token@git.example.org/x"` }),
      /flakeUrl has a user or a password in it.*gitCredentialsFile/,
    ],
    [listener({ "healthChecks.a": "{ }" }), /"a" has none of command, tcp and http; give exactly one/],
    [listener({ "healthChecks.a": `{ tcp = "a:1"; status = 200; }` }), /status belongs to http/],
    [listener({ 'healthChecks."/"': `{ tcp = "a:1"; }` }), /give it another/],
    [listener({ "environment.NOTIFY_SOCKET": `"x"` }), /belongs to systemd/],
    [part("alerter", { natsUrl: `"n"` }), /alerter: give the rules and the sinks/],
    [part("mcp", { natsUrl: `"n"`, requester: `"c"` }), /mcp\.tokensFile is missing/],
    [
      part("mcp", { natsUrl: `"n"`, requester: `"c"`, tokensFile: `"/t"`, "admin.enable": "true" }),
      /admin needs nkeyFile and requester/,
    ],
    [part("server", { fleet: "/var/empty" }), /has no nats-settings\.nix\. Run hd init/],
    [part("builder", { natsUrl: `"n"` }), /builder\.repos is empty/],
    [
      part("builder", { natsUrl: `"n"`, repos: `{ x = { url = "git+https://g/x"; schedule = "daily"; }; }` }),
      /scheduler\.nkeyFile is missing/,
    ],
    [
      part("builder", { natsUrl: `"n"`, repos: `{ "a b".url = "git+https://g/x"; }` }),
      /"a b" is not a repository's name/,
    ],
  ];
  test("what does not go together is a sentence that says what to do", async () => {
    for (const [config, said] of asserted) assert.match((await evaluate(config)).failedAssertions.join("\n"), said);
  });

  test("a sentence for every assertion, and none where all is well", async () => {
    const { evaluated } = await unitOf(listener({ nkeyFile: `"/run/k"` }));
    assert.equal([evaluated.failedAssertions, evaluated.warnings], [[], []]);
  });

  test("nats-server takes the configuration of the server's machine", async () => {
    const { etc } = await evaluate(machine("server"));
    const file = join(tempDir("nats-conf"), "nats-server.conf");
    writeFileSync(file, etc["homelab-deploy/nats-server.conf"] ?? "");
    const { status, stderr } = spawnSync(await natsBinary(), ["-t", "-c", file], { encoding: "utf8" });
    assert.is(status, 0, stderr);
  });

  test("no key of a fleet's folder gets to the machine", async () => {
    const dir = tempDir("fleet");
    cpSync(join(project, "tests/nixos/machines/fleet"), dir, { recursive: true });
    mkdirSync(join(dir, "keys"));
    writeFileSync(join(dir, "keys/alice.nk"), `SU${"A".repeat(56)}\n`);
    const config = machine("server").replaceAll(join(project, "tests/nixos/machines/fleet"), dir);
    assert.not.match(JSON.stringify({ ...(await evaluate(config)), options: [] }), /SUA{20}|keys\//);
  });

  test("the names of the original still work, and say what they are called now", async () => {
    const { unit, evaluated } = await unitOf(listener({ role: `"web"` }));
    assert.match(String(unit.serviceConfig["ExecStart"]), "--role web");
    assert.match(evaluated.warnings.join(), "listener.roles");
    const none = await unitOf(listener({ role: "null" }));
    assert.not.match(String(none.unit.serviceConfig["ExecStart"]), "--role");
    const builder = await evaluate(part("builder", { natsUrl: `"n"`, "settings.repos.x.url": `"git+https://g/x"` }));
    assert.equal(builder.failedAssertions, []);
  });
}

test.run();
