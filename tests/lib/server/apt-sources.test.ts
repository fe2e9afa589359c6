/** Both formats of apt's sources, with what is found in the wild: options, comments, disabled entries, keys in the text. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseDeb822Sources, parseOneLineSources } from "../../../lib/server/apt-sources.ts";

const test = suite("lib/server/apt-sources");

test("one-line: options, comments, tabs, and what is not an archive of binary packages", () => {
  const sources = parseOneLineSources(`
# deb http://mirror.example/old bullseye main
deb http://mirror.example/debian bookworm main contrib # trailing
  deb\t[ arch=amd64,arm64 signed-by=/usr/share/keyrings/a.gpg,/b.gpg trusted=yes ]\thttps://m.example/debian sid main\r
deb [check-valid-until=no] https://m.example/archive/20250520T000000Z bookworm main
deb-src http://mirror.example/debian bookworm main
deb cdrom:[Debian GNU/Linux 12 _Bookworm_ - Official]/ bookworm main
deb mirror+file:/etc/apt/mirrors/debian.list bookworm main
deb http://flat.example/repository ./
not a source`);
  assert.equal(sources, [
    { uri: "http://mirror.example/debian", suites: ["bookworm"], components: ["main", "contrib"], options: {} },
    {
      uri: "https://m.example/debian",
      suites: ["sid"],
      components: ["main"],
      options: { "Signed-By": "/usr/share/keyrings/a.gpg,/b.gpg" },
    },
    {
      uri: "https://m.example/archive/20250520T000000Z",
      suites: ["bookworm"],
      components: ["main"],
      options: { "Check-Valid-Until": "no" },
    },
    { uri: "mirror+file:/etc/apt/mirrors/debian.list", suites: ["bookworm"], components: ["main"], options: {} },
    { uri: "http://flat.example/repository", suites: ["./"], components: [], options: {} },
  ]);
});

test("deb822: several addresses and suites, folded fields, comments, any case, disabled and source entries", () => {
  const sources = parseDeb822Sources(`# the archive
Types: deb deb-src
URIs: http://a.example/debian
  http://b.example/debian/
# between the lines
Suites: bookworm bookworm-updates
components: main
signed-by: /usr/share/keyrings/debian-archive-keyring.gpg
Trusted: yes

Enabled: no
Types: deb
URIs: http://c.example/debian
Suites: bookworm
Components: main
\t
Types: deb-src
URIs: http://d.example/debian
Suites: bookworm
Components: main
`);
  const rest = {
    suites: ["bookworm", "bookworm-updates"],
    components: ["main"],
    options: { "Signed-By": "/usr/share/keyrings/debian-archive-keyring.gpg" },
  };
  assert.equal(sources, [
    { uri: "http://a.example/debian", ...rest },
    { uri: "http://b.example/debian/", ...rest },
  ]);
});

test("deb822: a key in the text keeps each of its lines", () => {
  const key = "\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBGAE\n -----END PGP PUBLIC KEY BLOCK-----";
  const [source] = parseDeb822Sources(
    `Types: deb\r\nURIs: http://a.example/debian\r\nSuites: sid\r\nComponents: main\r\nSigned-By:${key}\n`,
  );
  assert.is(source?.options["Signed-By"], key);
});

test("an empty file has no source", () => {
  assert.equal(parseDeb822Sources(""), []);
  assert.equal(parseDeb822Sources("# nothing\n\n\n"), []);
  assert.equal(parseOneLineSources("\n"), []);
});

test.run();
