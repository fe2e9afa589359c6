/** Which archive is the distribution's own, among vendors that use the same suite names; which suites; what apt is given. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mainArchive, privateSource, suitesToTry } from "../../../lib/server/apt-archive.ts";
import { type AptSource, parseDeb822Sources } from "../../../lib/server/apt-sources.ts";

const test = suite("lib/server/apt-archive");
const bookworm = { name: "debian", codename: "bookworm" } as const;

const source = (uri: string, suites: string, components = "main", signedBy?: string): AptSource => ({
  uri,
  suites: suites.split(" "),
  components: components.split(" "),
  options: signedBy === undefined ? {} : { "Signed-By": signedBy },
});

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const vendor = source("https://vendor.example/", "bookworm", "main", "/etc/apt/keyrings/vendor.asc");
const rolling = source("https://vendor.example/deb", "stable", "main");
const engine = source("https://engine.example/linux/debian", "bookworm", "stable");
const security = source("http://m.example/debian-security", "bookworm-security", "main", keyring);
const archive = source("http://m.example/debian", "bookworm bookworm-updates", "main contrib");

test("the distribution's archive, wherever it stands among vendors", () => {
  assert.is(mainArchive([vendor, rolling, engine, security, archive], bookworm), archive);
  assert.is(mainArchive([archive, security, engine, rolling, vendor], bookworm), archive);
});

test("its keyring says more than its address", () => {
  const mirror = source("http://m.example/", "bookworm", "main", keyring);
  assert.is(mainArchive([source("http://v.example/debian", "bookworm"), mirror], bookworm), mirror);
});

test("among equals, the one that apt reads first", () => {
  const second = source("http://n.example/debian", "bookworm");
  assert.is(mainArchive([archive, second], bookworm), archive);
});

test("a rolling release is known by its suite", () => {
  const sid = source("http://m.example/debian", "sid");
  assert.is(mainArchive([sid], { name: "debian", codename: undefined }), sid);
});

test("no archive of this release, none chosen", () => {
  assert.is(mainArchive([security, engine], bookworm), undefined);
  assert.is(mainArchive([], bookworm), undefined);
});

test("suites are tried newest first, the machine's own last and once", () => {
  assert.equal(suitesToTry(bookworm), ["unstable", "testing", "trixie", "bookworm"]);
  assert.equal(suitesToTry({ name: "debian", codename: "trixie" }), ["unstable", "testing", "trixie"]);
  assert.equal(suitesToTry({ name: "ubuntu", codename: "jammy" }), ["devel", "resolute", "noble", "jammy"]);
  assert.equal(suitesToTry({ name: "debian", codename: undefined }), ["unstable", "testing", "trixie"]);
});

test("apt is given one suite, one architecture and the list of packages", () => {
  const text = privateSource({ archive, distribution: bookworm, suite: "unstable", architecture: "arm64", keyring });
  assert.is(
    text,
    `Types: deb
URIs: http://m.example/debian
Suites: unstable
Components: main
Architectures: arm64
Targets: Packages
Signed-By: ${keyring}
`,
  );
});

test("the archive's own key comes before the distribution's, whole", () => {
  const key = "\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBGAE";
  const own = source("http://m.example/debian", "bookworm", "main", key);
  const text = privateSource({ archive: own, distribution: bookworm, suite: "sid", architecture: "amd64", keyring });
  assert.is(parseDeb822Sources(text)[0]?.options["Signed-By"], key);
});

test("Ubuntu keeps the package in universe", () => {
  const distribution = { name: "ubuntu", codename: "noble" } as const;
  const text = privateSource({ archive, distribution, suite: "devel", architecture: "amd64", keyring: undefined });
  assert.match(text, "\nComponents: main universe\n");
  assert.not.match(text, "Signed-By");
});

test.run();
