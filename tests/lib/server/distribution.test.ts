/** os-release as Debian, Ubuntu, their derivatives and others write it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { distributionOf } from "../../../lib/server/distribution.ts";

const test = suite("lib/server/distribution");

const cases: readonly (readonly [string, string, ReturnType<typeof distributionOf>])[] = [
  ["Debian", "ID=debian\nVERSION_CODENAME=bookworm\n", { name: "debian", codename: "bookworm" }],
  ["Debian unstable", 'PRETTY_NAME="Debian sid"\nID=debian\n', { name: "debian", codename: undefined }],
  ["Ubuntu", "ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n", { name: "ubuntu", codename: "noble" }],
  [
    "a derivative of Ubuntu",
    'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n',
    { name: "ubuntu", codename: "noble" },
  ],
  [
    "a derivative of Debian",
    "ID=linuxmint\nID_LIKE=debian\nVERSION_CODENAME=faye\nDEBIAN_CODENAME=bookworm\n",
    { name: "debian", codename: "bookworm" },
  ],
  ["NixOS", 'ID=nixos\nID_LIKE=""\nVERSION_CODENAME=xantusia\n', undefined],
  ["nothing", "", undefined],
];

for (const [name, text, distribution] of cases) {
  test(name, () => assert.equal(distributionOf(text), distribution));
}

test.run();
