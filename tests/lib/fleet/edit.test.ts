/** Edits of a fleet file touch the lines that they are about, and what was added and removed again leaves no trace. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addMember, removeMember, renameMember } from "../../../lib/fleet/edit.ts";
import { readFleet } from "../../../lib/fleet/read-fleet.ts";
import { starterFile } from "../../../lib/fleet/starter.ts";
import { anyFleet, tomlOf } from "../../support/fleet-toml.ts";

const test = suite("lib/fleet/edit");

const done = (edited: ReturnType<typeof removeMember>): string => {
  if (edited._tag === "Left") throw new Error(edited.left);
  return edited.right;
};

const file = `# the fleet
[tiers.prod]

# the web servers
[hosts.web1]   # the first
tier = "prod"  # as ever
# roles = ["web"]

# the second
[hosts."web2"]
tier = "prod"
roles = [
  "web",
]
# kept for later

# the people
[people.alice]
role = "admin"
`;

test("a table goes after the last of its kind, with a blank line above it", () => {
  assert.is(
    addMember(file, "hosts", "web3", { tier: "prod", roles: ["web", "dns"] }),
    file.replace("# kept for later\n", '# kept for later\n\n[hosts.web3]\ntier = "prod"\nroles = ["web", "dns"]\n'),
  );
});

test("the first of its kind goes to the end", () => {
  assert.is(addMember(file, "services", "a", { role: "alerter" }), `${file}\n[services.a]\nrole = "alerter"\n`);
  assert.is(addMember("a = 1", "services", "a", { role: "alerter" }), 'a = 1\n\n[services.a]\nrole = "alerter"');
});

test("among hosts that are lines it is a line", () => {
  const lines = '[hosts]\nweb1 = { tier = "prod" } # first\n\n[tiers.prod]\n';
  const added = addMember(lines, "hosts", "web2", { tier: "prod", roles: ["web"] });
  assert.is(added, lines.replace("# first\n", '# first\nweb2 = { tier = "prod", roles = ["web"] }\n'));
  assert.is(done(removeMember(added, "hosts", "web2")), lines);
});

test("a host takes its own comments along and leaves those of others", () => {
  assert.is(
    done(removeMember(file, "hosts", "web1")),
    file.replace('[hosts.web1]   # the first\ntier = "prod"  # as ever\n# roles = ["web"]\n', ""),
  );
  assert.is(
    done(removeMember(file, "hosts", "web2")),
    file.replace('[hosts."web2"]\ntier = "prod"\nroles = [\n  "web",\n]\n# kept for later\n', ""),
  );
  const close = '[hosts.a]\ntier = "t"\n# of b\n[hosts.b]\ntier = "t"\n';
  assert.is(done(removeMember(close, "hosts", "a")), '# of b\n[hosts.b]\ntier = "t"\n');
});

test("another name is all that changes, wherever it stands", () => {
  assert.is(done(renameMember(file, "hosts", "web2", "ns1")), file.replace('"web2"', "ns1"));
  const dotted = '[hosts]\nweb1.tier = "prod"\nweb1.roles = ["web1"]\nweb10.tier = "prod"\n';
  assert.is(
    done(renameMember(dotted, "hosts", "web1", "a")),
    '[hosts]\na.tier = "prod"\na.roles = ["web1"]\nweb10.tier = "prod"\n',
  );
  assert.is(done(removeMember(dotted, "hosts", "web1")), '[hosts]\nweb10.tier = "prod"\n');
});

test("what is not there, or is inside of another value, is left alone and told", () => {
  assert.equal(removeMember(file, "hosts", "web9"), { _tag: "Left", left: "there is no hosts.web9" });
  const inline = 'hosts = { web1 = { tier = "prod" } }\n';
  const left = "hosts.web1 is written inside of another value; edit the file by hand, then run hd init";
  assert.equal(renameMember(inline, "hosts", "web1", "a"), { _tag: "Left", left });
});

test("lines that end as on Windows go on to", () => {
  const text = file.replaceAll("\n", "\r\n");
  const added = addMember(text, "hosts", "web3", { tier: "prod" });
  assert.match(added, '\r\n\r\n[hosts.web3]\r\ntier = "prod"\r\n');
  assert.is(done(removeMember(added, "hosts", "web3")), text);
});

test("what was added and is removed again leaves the file as it was", () => {
  const texts = fc.oneof(
    anyFleet.map(tomlOf),
    anyFleet.map((fleet) => tomlOf(fleet).trimEnd()),
    anyFleet.map((fleet) => `${tomlOf(fleet).replaceAll("\n[", "# next\n[")}# end`),
    anyFleet.map((fleet) => tomlOf(fleet).replaceAll("\n\n", "\n")),
    fc.constant(starterFile),
  );
  const section = fc.constantFrom("hosts", "people", "services");
  fc.assert(
    fc.property(texts, section, (text, where) => {
      const added = addMember(text, where, "provisioner", { role: "provisioner" });
      assert.is.not(added, text);
      assert.is(done(removeMember(added, where, "provisioner")), text);
    }),
    { numRuns: 300 },
  );
});

test("a fleet with a host renamed is the fleet with that host renamed, and back again the file is the same", () => {
  fc.assert(
    fc.property(
      anyFleet.filter(({ hosts }) => hosts.length > 0),
      fc.nat(),
      (fleet, n) => {
        const host = fleet.hosts[n % fleet.hosts.length];
        const text = tomlOf(fleet);
        const renamed = done(renameMember(text, "hosts", host?.hostname ?? "", "provisioner-2"));
        const read = readFleet(renamed);
        assert.is(read._tag, "Right");
        if (read._tag === "Left") return;
        const hosts = fleet.hosts.map((one) => (one === host ? { ...one, hostname: "provisioner-2" } : one));
        assert.equal(read.right, { ...fleet, hosts });
        assert.is(done(renameMember(renamed, "hosts", "provisioner-2", host?.hostname ?? "")), text);
      },
    ),
  );
});

test.run();
