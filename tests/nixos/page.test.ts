/** The page of options against the module's text and the contract: what can be told without Nix and without a nixpkgs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HealthCheck } from "../../lib/contract/health-check.ts";
import { HostName, Requester, Role, Tier } from "../../lib/contract/names.ts";

const test = suite("nixos/page");
const project = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(project, path), "utf8");
const page = read("docs/reference/nixos-options.md");

/** The last part of each option's name. */
const onPage = new Set([...page.matchAll(/^\| `(?:[^`]*\.)?([A-Za-z_]+)` \|/gm)].map(([, name]) => name));

/** What is declared in the module: by mkOption, or by one of the few functions that call it. */
const declared = new Set(
  readdirSync(join(project, "nixos"))
    .filter((name) => name.endsWith(".nix"))
    .flatMap((name) => [
      ...read(`nixos/${name}`).matchAll(
        /^\s*(?:options\.services\.homelab-deploy\.)?([A-Za-z_]+) =\s+(?:lib\.)?(?:mkOption|mkEnableOption|access\.secret|secret|deadline|process\.[A-Za-z]+)\b/gm,
      ),
    ])
    .map(([, name]) => name)
    // The function itself, which makes options.
    .filter((name) => name !== "secret" && name !== "deadline"),
);

test("every option of the module is on the page, and no other", () => {
  assert.equal([...declared].sort(), [...onPage].sort());
});

test("names are refused in the words of the contract", () => {
  for (const { sentence } of [HostName, Tier, Role, Requester]) assert.ok(page.includes(sentence), sentence);
});

test("a health check has the fields that a listener reads", () => {
  const fields = [...page.matchAll(/^\| `listener\.healthChecks\.<name>\.([a-z_]+)`/gm)].map(([, name]) => name);
  assert.equal([...fields, "name"].sort(), Object.keys(HealthCheck.fields).sort());
});

test("the examples of the documentation are machines that are evaluated", () => {
  const chapter = read("docs/nixos.md");
  for (const name of ["host", "server", "builder"]) {
    const text = read(`tests/nixos/machines/${name}.nix`).replace(/^#.*\n/, "");
    assert.ok(chapter.includes(`\`\`\`nix\n${text}\`\`\``), name);
  }
});

test.run();
