/** The words by which a listener starts a job, and no others. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type JobCall, job } from "../../cli/job.ts";

const test = suite("cli/job");

const called = async (...words: readonly string[]) => {
  const calls: JobCall[] = [];
  let said = "";
  const run = async (call: JobCall): Promise<number> => {
    calls.push(call);
    return 7;
  };
  const code = await job(words, run, (text) => {
    said += text;
  });
  return { code, calls, said };
};

test("runs the job that it is called for", async () => {
  const { code, calls, said } = await called("01ABC", "--state-dir", "/var/lib/hd");
  assert.equal([code, calls, said], [7, [{ id: "01ABC", stateDir: "/var/lib/hd" }], ""]);
});

for (const words of [
  [],
  ["01ABC"],
  ["01ABC", "--state-dir"],
  ["01ABC", "--state-dir", ""],
  ["../x", "--state-dir", "/a"],
  ["01ABC", "--state-dir", "/a", "more"],
  ["--help"],
]) {
  test(`refuses: ${words.join(" ")}`, async () => {
    const { code, calls, said } = await called(...words);
    assert.equal([code, calls], [2, []]);
    assert.match(said, /^error: hd itself calls hd job, as: hd job ID --state-dir FOLDER\n$/);
  });
}

test.run();
