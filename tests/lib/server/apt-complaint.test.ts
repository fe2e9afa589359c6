/** apt's words reach a person, the mirror's name and credentials do not. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { aptComplaint } from "../../../lib/server/apt-complaint.ts";

const test = suite("lib/server/apt-complaint");
const uri = "http://user:secret@mirror.example:8080/debian";
const ran = { code: 100, signal: null, timedOut: false, missing: false, notStarted: null, stdout: "", stderr: "" };

test("no address of the mirror is left, in any of the forms that apt gives it", () => {
  const stderr = `W: GPG error: ${uri} unstable InRelease: NO_PUBKEY 6ED0E7B82643E131
E: Failed to fetch http://mirror.example:8080/debian/dists/x  Could not connect to mirror.example:8080 (192.0.2.7).
E: Could not resolve 'mirror.example'
E: Some index files failed to download. They have been ignored, or old ones used instead.`;
  const complaint = aptComplaint({ ...ran, stdout: "Err:1 ignored", stderr }, uri);
  assert.is(
    complaint,
    "GPG error: <mirror> unstable InRelease: NO_PUBKEY 6ED0E7B82643E131; " +
      "Failed to fetch <mirror>  Could not connect to <mirror>:8080 (<address>).; Could not resolve '<mirror>'",
  );
});

test("each way to fail is named", () => {
  assert.is(aptComplaint({ ...ran, notStarted: "cannot start apt-get" }, uri), "cannot start apt-get");
  assert.is(aptComplaint({ ...ran, timedOut: true }, uri), "apt did not end in time");
  assert.is(aptComplaint(ran, uri), "apt ended with 100");
});

test("a mirror in a folder is an address too", () => {
  const stderr = "E: File not found: file:/srv/debian";
  assert.is(aptComplaint({ ...ran, stderr }, "file:/srv/debian"), "File not found: <mirror>");
});

test.run();
