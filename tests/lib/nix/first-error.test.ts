/** The one line of Nix's output that a person needs, for each version whose output was recorded. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { firstError } from "../../../lib/nix/first-error.ts";
import {
  failedAssertions,
  failedBuild,
  hashMismatch,
  missingCommit,
  missingHost,
  thrown,
} from "../../support/nix-output.ts";

const test = suite("lib/nix/first-error");

const eachVersion = (recorded: Readonly<Record<string, string>>, expected: string | RegExp): void => {
  for (const [version, output] of Object.entries(recorded)) {
    const found = firstError(output) ?? "";
    if (typeof expected === "string") assert.is(found, expected, version);
    else assert.match(found, expected, version);
  }
};

test("a failed build is told by its cause, not by what depends on it", () => {
  eachVersion(failedBuild, 'building unit-nginx.service failed with exit code 7: error: unknown directive "lisen"');
});

test("an evaluation error is its text, not its trace and not the hint behind it", () => {
  eachVersion(thrown, "services.web.port is 80800; a port is at most 65535");
});

test("failed assertions begin on the line after the word error", () => {
  eachVersion(
    failedAssertions,
    "Failed assertions: - The option `fileSystems' does not specify your root file system. - You must set boot.loader.grub.devices",
  );
});

test("a missing host and a missing commit are named", () => {
  eachVersion(missingHost, /^flake 'git\+file:.* does not provide attribute .*"nope"/);
  eachVersion(missingCommit, /^(?:Cannot find Git revision|Failed to fetch git repository)/);
});

test("an error that ends in a colon takes the lines that follow it", () => {
  assert.match(firstError(hashMismatch) ?? "", /^hash mismatch in .*: specified: sha256-A+= got: {4}sha256-mOpu/);
});

test("a builder that was killed, or said nothing", () => {
  assert.is(
    firstError(
      "error: builder for '/nix/store/z38331zgivrawq765xa96gkv2g5l8sln-a.drv' failed due to signal 9 (Killed)",
    ),
    "building a failed due to signal 9 (Killed)",
  );
  assert.is(
    firstError("error: Cannot build '/nix/store/z38331zgivrawq765xa96gkv2g5l8sln-a.drv'."),
    "building a failed",
  );
});

test("colours and overwritten lines do not hide an error", () => {
  assert.is(firstError("copying 1 of 2\r\u001b[31;1merror:\u001b[0m no space left\r\n"), "no space left");
});

test("output without an error has none", () => {
  for (const output of ["", "building...\n", "warning: error: not at the beginning", "> error: of a log", "error:\n"]) {
    assert.is(firstError(output), undefined, output);
  }
});

test("is always one short line", () => {
  const pieces = fc.constantFrom("error:", "error: ", "> ", "\n", "\r", " ", "…", ":", "builder for '", "failed ", "x");
  const output = fc.array(fc.oneof(pieces, fc.string({ unit: "binary" }))).map((parts) => parts.join(""));
  fc.assert(
    fc.property(output, (text) => {
      const found = firstError(text);
      assert.ok(found === undefined || (found !== "" && found.length <= 500 && !/[\r\n]/.test(found)));
    }),
    { numRuns: 2000 },
  );
  assert.is(firstError(`error: ${"x".repeat(1000)}`)?.length, 500);
});

test.run();
