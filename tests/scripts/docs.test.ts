/** docs/reference/ is what the sources say, and a page that is not is named. */
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { commandTable } from "../../cli/command-table.ts";
import { allTools } from "../../cli/mcp/all-tools.ts";
import { failureCodes } from "../../lib/contract/failure.ts";

const test = suite("scripts/docs");

const script = join(import.meta.dirname, "../../scripts/docs.ts");
const folder = mkdtempSync(join(tmpdir(), "hd-docs-"));
test.after(() => rmSync(folder, { recursive: true }));

const docs = (...words: readonly string[]) => {
  const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", script, ...words], { encoding: "utf8" });
  return { status, stderr };
};

test("the pages in the repository are current", () => {
  assert.equal(docs("--check"), { status: 0, stderr: "" });
});

test("pages that are not there or not current are named", () => {
  assert.is(docs("--check", folder).status, 1);
  assert.is(docs(folder).status, 0);
  assert.is(docs("--check", folder).status, 0);
  appendFileSync(join(folder, "routes.md"), "by hand\n");
  assert.equal(docs("--check", folder), {
    status: 1,
    stderr: "docs/reference/routes.md is not current; write it with: npm run docs\n",
  });
});

test("every command and every failure is in them, what hd itself calls is not", () => {
  docs(folder);
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  for (const { name } of commandTable) assert.ok(read("commands.md").includes(`## hd ${name}\n`), name);
  assert.not.match(read("commands.md"), "hd job");
  for (const code of failureCodes) assert.match(read("failures.md"), `| \`${code}\` |`);
  for (const { name } of allTools) assert.match(read("tools.md"), `## ${name}\n`);
  assert.match(read("permissions.md"), "## provisioner\n");
  assert.match(read("options.md"), "| `HOMELAB_DEPLOY_TIER` | `--tier <tier>` | `hd listener` |");
});

test.run();
