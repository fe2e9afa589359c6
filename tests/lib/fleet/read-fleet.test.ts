/** A fleet file is read as it was meant, or everything that is wrong with it is told at its line and column, and nothing else. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readFleet } from "../../../lib/fleet/read-fleet.ts";
import { starterFile } from "../../../lib/fleet/starter.ts";
import { anyText } from "../../support/arbitraries.ts";
import { anyFleet, tomlOf } from "../../support/fleet-toml.ts";

const test = suite("lib/fleet/read-fleet");

const server = '[server]\nurls = ["nats://nats.example.org"]\n';

const fleetOf = (text: string) => {
  const read = readFleet(text);
  if (read._tag === "Left") throw new Error(read.left.map(({ line, message }) => `${line}: ${message}`).join("\n"));
  return read.right;
};

const faultsOf = (text: string): readonly string[] => {
  const read = readFleet(text);
  return read._tag === "Right" ? [] : read.left.map(({ line, column, message }) => `${line}:${column}: ${message}`);
};

test("what is left out has its default", () => {
  const fleet = fleetOf(
    `${server}[tiers.prod]\n[hosts.web1]\ntier = "prod"\n[people.alice]\nrole = "deployer"\ntiers = ["prod"]\n`,
  );
  assert.equal(fleet, {
    name: "home",
    server: {
      urls: ["nats://nats.example.org"],
      listen: "0.0.0.0:4222",
      storeDir: "/var/lib/nats",
      maxFileBytes: 10 * 1024 ** 3,
      maxLogBytes: 8 * 1024 ** 3,
      replicas: 1,
      tls: undefined,
      cluster: undefined,
      leafnodes: undefined,
      vault: false,
    },
    tiers: [{ name: "prod", signatures: "require" }],
    hosts: [{ hostname: "web1", tier: "prod", roles: [] }],
    users: [
      {
        ...{ name: "alice", kind: "person", role: "deployer", tiers: ["prod"] },
        actions: ["switch", "boot", "test", "dry-activate"],
        overridesFreeze: false,
      },
      { name: "provisioner", kind: "service", role: "provisioner", tiers: [], actions: [], overridesFreeze: false },
    ],
    alerts: { rules: [], sinks: [] },
  });
});

test("with a vault the log takes half of the room", () => {
  assert.is(fleetOf(`${server}vault = true\n`).server.maxLogBytes, 4 * 1024 ** 3);
});

test("an admin is in every tier; a fleet that names who makes the log gets nobody else", () => {
  const { users } = fleetOf(
    `${server}[tiers.a]\n[tiers.b]\n[people.root]\nrole = "admin"\n[services.maker]\nrole = "provisioner"\n`,
  );
  assert.equal(
    users.map(({ name, tiers }) => [name, tiers]),
    [
      ["root", ["a", "b"]],
      ["maker", []],
    ],
  );
});

test("who may deploy in spite of a freeze: an admin, a deployer of whom the file says so, and nobody else", () => {
  const people = `[people.root]\nrole = "admin"\n[people.al]\nrole = "deployer"\ntiers = ["a"]\noverride_freeze = true\n[people.bo]\nrole = "deployer"\ntiers = ["a"]\n[people.cy]\nrole = "auditor"\n`;
  const { users } = fleetOf(`${server}[tiers.a]\n${people}`);
  assert.equal(
    users.filter(({ overridesFreeze }) => overridesFreeze).map(({ name }) => name),
    ["root", "al"],
  );
  const wrong = (text: string): string => JSON.stringify(readFleet(`${server}[tiers.a]\n${text}`));
  const said = (table: string, role: string, more = "") =>
    wrong(`[${table}]\nrole = "${role}"\n${more}override_freeze = true\n`);
  assert.match(said("people.root", "admin"), "people.root.override_freeze: an admin always may. Leave it out");
  assert.match(said("people.cy", "auditor"), "the role auditor does not deploy. Leave it out");
  assert.match(said("services.unnamed", "deployer", 'tiers = ["a"]\n'), "nobody could tell later who did it");
  assert.match(
    wrong('[people.al]\nrole = "deployer"\ntiers = ["a"]\noverride_freeze = "yes"\n'),
    "override_freeze must be true or false",
  );
});

test("the same in every way that TOML has to write it", () => {
  const same = [
    `${server}[tiers.t]\n[hosts.h]\ntier = "t"\nroles = ["r"]\n`,
    `${server}[tiers]\nt = {}\n[hosts]\nh = { tier = "t", roles = ["r"] }\n`,
    `tiers.t = {}\nhosts.h.tier = 't'\nhosts.h.roles = [\n  "r", # a comment\n]\n${server}`,
    `hosts = { "h" = { tier = """t""", roles = ["r"] } }\ntiers = { t = {} }\nserver = { urls = ["nats://nats.example.org"] }\n`,
    `${server}[tiers.t]\n[hosts.h]\ntier = "t"\nroles = ["r"]\n`.replaceAll("\n", "\r\n"),
  ];
  for (const text of same) assert.equal(fleetOf(text), fleetOf(same[0] ?? ""));
});

test("any fleet that is written down is read as the same fleet", () => {
  fc.assert(
    fc.property(anyFleet, (fleet) => assert.equal(fleetOf(tomlOf(fleet)), fleet)),
    { numRuns: 300 },
  );
});

test("the file that hd init begins with is right as it stands", () => {
  assert.equal(faultsOf(starterFile), []);
});

test("it is right as well with everything in it that is commented out", () => {
  const whole = starterFile.replace(/^# (?=\[|\w+ = )/gm, "");
  assert.match(whole, /^vault = true/m);
  assert.match(whole, /^\[server\.tls\]/m);
  assert.equal(faultsOf(whole), []);
});

test("a mistyped key is one fault, and not a missing one as well", () => {
  assert.equal(faultsOf(`${server}[tiers.t]\n[hosts.h]\nteir = "t"\n[people.p]\nroel = "admin"\n`), [
    "5:1: teir is not a key of hosts.h; did you mean tier?",
    "7:1: roel is not a key of people.p; did you mean role?",
  ]);
});

test("everything that is wrong is told at once, in the order of the file, with what would be right", () => {
  const faults = faultsOf(`nmae = "home"
[server]
urls = ["nats://alice:secret@x", "nats://x", "nats://x"]
max_file = 10
max_log = "20GB"
replicas = 3
vault = "yes"
[server.tls]
cert_file = "cert.pem"
verify = true
[tiers.prod]
signatures = "requires"
[tiers.build]
[hosts.web1]
tier = "prdo"
roles = "web"
[hosts.web1]
tier = "prod"
[hosts.all]
tier = "prod"
teir = "prod"
[hosts.Alice]
tier = "prod"
tier = "test"
[people.alice]
role = "deplyer"
[people.bob]
role = "auditor"
tiers = ["prod"]
actions = []
[people.carol]
role = "deployer"
actions = ["swich"]
[services.vault]
role = "alerter"
[services."a b"]
role = 1
`);
  assert.equal(faults, [
    "1:1: nmae is not a key in a fleet file; did you mean name?",
    '3:9: server.urls must be a NATS server without a name or a password in it, such as nats://nats.example.org:4222; it is "nats://***@x"',
    '3:46: server.urls names "nats://x" twice',
    "4:12: server.max_file must be a size such as 512MB or 10GB; it is 10",
    "5:11: server.max_log must be at most server.max_file",
    "6:12: server.replicas = 3 needs a cluster; write [server.cluster] with its routes",
    '7:9: server.vault must be true or false, without quotes; it is "yes"',
    '8:9: server.tls.key_file is missing; write key_file = "/etc/nats/key.pem"',
    "8:9: server.tls.verify needs server.tls.ca_file: the authority whose certificates clients have to show",
    '9:13: server.tls.cert_file must be a path on the server that begins with /; it is "cert.pem"',
    '12:14: tiers.prod.signatures must be one of off, warn, require; it is "requires"; did you mean require?',
    "13:8: build cannot be a tier: deploy.build has another use",
    "15:8: hosts.web1.tier: there is no tier prdo; did you mean prod?",
    '16:9: hosts.web1.roles must be a list in brackets; it is "web"; write ["web"]',
    "17:8: hosts.web1 is defined twice; the first is on line 14. Keep one",
    "19:8: all is reserved: deploy.<tier>.all is an address of many hosts",
    "21:1: teir is not a key of hosts.all; did you mean tier?",
    "24:1: hosts.Alice.tier is defined twice; the first is on line 23. Keep one",
    "25:9: people.alice: the name is taken by hosts.Alice on line 22",
    '26:8: people.alice.role must be one of deployer, auditor, alerter, builder, admin, provisioner; it is "deplyer"; did you mean deployer?',
    "29:1: people.bob.tiers: the role auditor has none. Leave it out",
    "30:1: people.bob.actions: the role auditor asks for none. Leave it out",
    '31:9: people.carol.tiers is missing; write tiers = ["prod"]',
    '33:12: people.carol.actions must be one of switch, boot, test, dry-activate; it is "swich"; did you mean switch?',
    "34:11: vault is reserved for the identity that keeps the vault",
    '36:11: "a b" cannot be a name; write letters, digits, - and _, at most 63, a letter or a digit at both ends',
    "37:8: services.a b.role must be one of deployer, auditor, alerter, builder, admin, provisioner; it is 1",
  ]);
});

test("servers of a cluster have an authority of their own, or say that they need none", () => {
  const clients = '[server.tls]\ncert_file = "/c"\nkey_file = "/k"\nca_file = "/ca"\n';
  const about = (cluster: string, tls = clients) =>
    faultsOf(
      `[server]\nurls = ["nats://x"]\n${tls}[server.cluster]\nroutes = ["nats://y:6222"]\n${cluster}[tiers.test]\n`,
    );
  assert.match(about("")[0] ?? "", /server.cluster.ca_file is missing: .*open = true/);
  assert.match(about('ca_file = "/ca"\n')[0] ?? "", /must not be the authority of clients/);
  assert.match(about('ca_file = "/servers"\n', "")[0] ?? "", /needs cert_file and key_file/);
  for (const good of ['ca_file = "/servers"\n', "open = true\n"]) assert.equal(about(good), []);
});

test("one thing that is wrong is one fault", () => {
  const wrong: Readonly<Record<string, string>> = {
    "": '1:1: [server] is missing; write [server] and below it urls = ["nats://nats.example.org:4222"]',
    '[sevrer]\nurls = ["nats://x"]\n': "1:2: sevrer is not a key in a fleet file; did you mean server?",
    "server = 1\n": "1:10: server must be a table: write [server], and its keys below",
    [`name = "a b"\n${server}`]: '1:8: name must be a name (letters, digits, - and _, at most 63); it is "a b"',
    [`hosts = []\n${server}`]: "1:9: hosts must be a table; write [hosts.<name>] for each",
    [`[[hosts]]\n${server}`]: "1:3: hosts must be a table; write [hosts.<name>] for each",
    "[server]\nurls = []\n": "2:8: server.urls is empty; name one server or more",
    [`${server}[hosts.h]\ntier = "prod"\n`]:
      "4:8: hosts.h.tier: there is no tier prod; there is none yet. Write [tiers.prod] for a new one",
    [`${server}[tiers.production]\n[hosts.h]\ntier = "x"\n`]:
      "5:8: hosts.h.tier: there is no tier x; the tiers are production. Write [tiers.x] for a new one",
    [`${server}[tiers.t]\n[hosts.h]\ntier = "t"\nroles = ["a b"]\n`]:
      '6:10: hosts.h.roles must be a role (letters, digits, - and _, at most 63); it is "a b"',
    [`${server}[people.provisioner]\nrole = "auditor"\n`]:
      '3:9: people.provisioner has the name of who makes the log, and nobody has that role; give another name the role, as in [services.maker] with role = "provisioner"',
    [`${server}[people.unnamed]\nrole = "auditor"\n`]:
      "3:9: unnamed is reserved for clients that know nothing of hd; it can only be [services.unnamed]",
    [`${server}[services.unnamed]\nrole = "auditor"\n`]:
      "3:11: services.unnamed must have the role deployer: such a client can do nothing but ask",
    [`${server}[people.root]\nrole = "admin"\ntiers = []\n`]:
      "5:1: people.root.tiers: an admin asks in every tier. Leave it out",
    [`${server}[people.__proto__]\nrole = "admin"\n`]:
      '3:9: "__proto__" cannot be a name; write letters, digits, - and _, at most 63, a letter or a digit at both ends',
    [`${server}listen = "0.0.0.0:70000"\n`]:
      '3:10: server.listen must be an address and a port, such as 0.0.0.0:4222; it is "0.0.0.0:70000"',
    [`${server}[server.cluster]\nopen = true\nroutes = []\n`]:
      "5:10: server.cluster.routes is empty; name the other servers, or leave [server.cluster] out where there are none",
    [`${server}max_file = 2026-01-01\n`]:
      "3:12: server.max_file must be a size such as 512MB or 10GB; it is a date or a fraction",
  };
  for (const [text, fault] of Object.entries(wrong)) assert.equal(faultsOf(text), [fault], text);
});

test("what is not TOML is told where it is, one fault for each table, and nothing is said of what could not be read", () => {
  const faults = faultsOf(`[server]
urls = ["nats://x"
listen = "0.0.0.0:4222"
[tiers.prod
[hosts.web1]
tier = prod
[hosts.web2]
tier = "nowhere"
`);
  assert.equal(faults, [
    "2:1: not TOML: what begins here is not closed",
    "4:1: not TOML: the header is not closed; write [tiers.prod]",
    '6:8: not TOML: prod needs quotes; write "prod"',
  ]);
});

test("no text breaks the reader", () => {
  const pieces = fc.array(
    fc.oneof(
      anyText,
      fc.constantFrom(
        "[",
        "]",
        "[[",
        "=",
        '"',
        '"""',
        "'",
        "\n",
        "\r",
        "#",
        ".",
        ",",
        "{",
        "}",
        "tier",
        "[hosts.a]\n",
        "a = 1\n",
      ),
      anyFleet.map(tomlOf),
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(pieces, (all) => {
      const read = readFleet(all.join(""));
      if (read._tag === "Left") assert.ok(read.left.length > 0);
    }),
    { numRuns: 500 },
  );
});

test("a fleet with one character changed is read or told of, never both and never neither", () => {
  const change = fc.tuple(anyFleet.map(tomlOf), fc.nat(), fc.constantFrom("", "x", '"', "\n", "[", "=", " ", "-"));
  fc.assert(
    fc.property(change, ([text, at, put]) => {
      const n = at % text.length;
      readFleet(text.slice(0, n) + put + text.slice(n + 1));
    }),
    { numRuns: 500 },
  );
});

test.run();
