/** The package as apt shows it, and when it is of no use. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { packageIn, unusable } from "../../../lib/server/package-record.ts";

const test = suite("lib/server/package-record");

const shown = `Package: nats-server
Source: nats-server (2.10.27-1)
Version: 2.10.27-1+b2
Depends: libc6 (>= 2.34), adduser
Description: High-Performance server for NATS.io (program)
 More of it.
SHA256: 6d913ac9

`;

test("version and dependencies out of what apt-cache shows", () => {
  assert.equal(packageIn(shown, "nats-server"), { version: "2.10.27-1+b2", depends: "libc6 (>= 2.34), adduser" });
  assert.is(packageIn("", "nats-server"), undefined);
});

test("of use: new enough, and its libc is there or not known", () => {
  const record = { version: "2.15.1-1", depends: "systemd | systemd-sysusers, libc6 (>= 2.34)" };
  assert.is(unusable(record, "2.34", "2.10"), undefined);
  assert.is(unusable(record, undefined, "2.10"), undefined);
  assert.is(unusable({ ...record, depends: "" }, "2.31", "2.10"), undefined);
});

test("of no use: too old, or made for a newer libc", () => {
  assert.is(unusable({ version: "2.9.10-1+b5", depends: "" }, "2.36", "2.10"), "has 2.9.10-1+b5, older than 2.10");
  const newer = { version: "2.15.1-1", depends: "adduser, libc6 (>= 2.38)" };
  assert.is(unusable(newer, "2.36", "2.10"), "2.15.1-1 needs libc 2.38, this machine has 2.36");
});

test.run();
