/** The import rules against a small tree with a planted violation of each, beside imports that the rules allow. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const root = join(import.meta.dirname, "../..");
const config = join(root, ".dependency-cruiser.cjs");
const cruiser = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");

/** What each file imports. All are written as type imports, because these count as well. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "lib/contract/value.ts": ["fp-ts/lib/Either.js", "io-ts"],
  "lib/router/port.ts": ["../contract/value.ts", "fp-ts/lib/TaskEither.js", "ulid"],
  "lib/nats/bus.ts": ["../router/port.ts", "nats", "nkeys.js", "@nats-io/jetstream"],
  "lib/files/own.ts": ["../contract/value.ts", "fp-ts/lib/TaskEither.js", "node:fs/promises", "node:path"],
  "lib/sinks/mail.ts": ["../contract/value.ts", "../router/port.ts", "../files/own.ts", "nodemailer", "node:crypto"],
  "lib/nix/run.ts": ["../contract/value.ts", "../host/journal.ts", "node:child_process"],
  "lib/host/journal.ts": ["../contract/value.ts", "../router/port.ts", "node:fs"],
  "lib/server/find.ts": ["../nix/run.ts"],
  "lib/fleet/load.ts": ["../contract/value.ts", "node:fs/promises", "node:fs", "node:path", "toml-eslint-parser"],
  "lib/metrics/registry.ts": ["../contract/value.ts", "../router/port.ts", "node:http", "prom-client"],
  "streams/audit.ts": ["../lib/contract/value.ts", "../lib/router/port.ts"],
  "handlers/deploy.ts": ["../lib/contract/value.ts", "../lib/router/port.ts", "../lib/host/journal.ts"],
  "handlers/main.ts": ["./deploy.ts", "../lib/nats/bus.ts", "../lib/nix/run.ts", "../streams/audit.ts"],
  "handlers/job-main.ts": ["../lib/host/journal.ts", "../lib/nix/run.ts"],
  "cli/hosts.ts": ["../lib/contract/value.ts", "../streams/audit.ts", "cmd-ts", "log-update"],
  "cli/main.ts": [
    "./hosts.ts",
    "../handlers/main.ts",
    "../lib/nats/bus.ts",
    "../lib/nix/run.ts",
    "../lib/server/find.ts",
  ],
  "scripts/tool.ts": ["node:child_process", "../lib/nats/bus.ts", "esbuild"],
};

interface Planted {
  readonly rule: string;
  readonly from: string;
  readonly imports: string;
}

const planted: readonly Planted[] = [
  { rule: "no-cycles", from: "streams/one.ts", imports: "./other.ts" },
  { rule: "no-unresolvable", from: "streams/lost.ts", imports: "./nowhere.ts" },
  { rule: "no-dev-dependency", from: "streams/dev.ts", imports: "fast-check" },
  { rule: "contract-is-pure", from: "lib/contract/reads-files.ts", imports: "node:fs" },
  { rule: "contract-is-pure", from: "lib/contract/asks-router.ts", imports: "../router/port.ts" },
  { rule: "contract-is-pure", from: "lib/contract/takes-ulid.ts", imports: "ulid" },
  { rule: "router-knows-ports-only", from: "lib/router/knows-bus.ts", imports: "../nats/bus.ts" },
  { rule: "router-knows-ports-only", from: "lib/router/reads-files.ts", imports: "node:fs" },
  { rule: "router-knows-ports-only", from: "lib/router/takes-pino.ts", imports: "pino" },
  { rule: "host-knows-ports-only", from: "lib/host/knows-nix.ts", imports: "../nix/run.ts" },
  { rule: "host-knows-ports-only", from: "lib/host/knows-bus.ts", imports: "../nats/bus.ts" },
  { rule: "nats-stands-alone", from: "lib/nats/knows-nix.ts", imports: "../nix/run.ts" },
  { rule: "nix-stands-alone", from: "lib/nix/knows-bus.ts", imports: "../nats/bus.ts" },
  { rule: "server-stands-alone", from: "lib/server/knows-bus.ts", imports: "../nats/bus.ts" },
  { rule: "files-know-the-contract", from: "lib/files/knows-router.ts", imports: "../router/port.ts" },
  { rule: "sinks-know-ports-only", from: "lib/sinks/knows-bus.ts", imports: "../nats/bus.ts" },
  { rule: "sinks-know-ports-only", from: "lib/sinks/knows-nix.ts", imports: "../nix/run.ts" },
  { rule: "sinks-know-ports-only", from: "lib/sinks/reads-files.ts", imports: "node:fs" },
  { rule: "nats-stands-alone", from: "lib/nats/knows-sinks.ts", imports: "../sinks/mail.ts" },
  { rule: "cli-only-publishes", from: "cli/knows-sinks.ts", imports: "../lib/sinks/mail.ts" },
  { rule: "one-mailer", from: "cli/mails.ts", imports: "nodemailer" },
  { rule: "metrics-stands-alone", from: "lib/metrics/knows-host.ts", imports: "../host/journal.ts" },
  { rule: "metrics-stands-alone", from: "lib/metrics/reads-files.ts", imports: "node:fs" },
  { rule: "nats-stands-alone", from: "lib/nats/knows-metrics.ts", imports: "../metrics/registry.ts" },
  { rule: "nix-stands-alone", from: "lib/nix/knows-metrics.ts", imports: "../metrics/registry.ts" },
  { rule: "server-stands-alone", from: "lib/server/knows-metrics.ts", imports: "../metrics/registry.ts" },
  { rule: "cli-only-publishes", from: "cli/knows-metrics.ts", imports: "../lib/metrics/registry.ts" },
  { rule: "one-door-to-metrics", from: "handlers/takes-client-of-metrics.ts", imports: "prom-client" },
  { rule: "fleet-knows-files-only", from: "lib/fleet/knows-bus.ts", imports: "../nats/bus.ts" },
  { rule: "fleet-knows-files-only", from: "lib/fleet/knows-server.ts", imports: "../server/find.ts" },
  { rule: "fleet-knows-files-only", from: "lib/fleet/takes-crypto.ts", imports: "node:crypto" },
  { rule: "one-toml", from: "cli/reads-toml.ts", imports: "toml-eslint-parser" },
  { rule: "lib-points-inward", from: "lib/nats/knows-stream.ts", imports: "../../streams/audit.ts" },
  { rule: "handlers-know-no-adapter", from: "handlers/knows-bus.ts", imports: "../lib/nats/bus.ts" },
  { rule: "handlers-know-no-adapter", from: "handlers/knows-nix.ts", imports: "../lib/nix/run.ts" },
  { rule: "handlers-know-no-adapter", from: "handlers/knows-cli.ts", imports: "../cli/hosts.ts" },
  { rule: "one-nats-client", from: "handlers/takes-client.ts", imports: "nats" },
  { rule: "handlers-never-print", from: "handlers/main.ts", imports: "../cli/hosts.ts" },
  { rule: "streams-know-ports-only", from: "streams/knows-bus.ts", imports: "../lib/nats/bus.ts" },
  { rule: "streams-know-ports-only", from: "streams/knows-host.ts", imports: "../lib/host/journal.ts" },
  { rule: "cli-only-publishes", from: "cli/runs-handler.ts", imports: "../handlers/deploy.ts" },
  { rule: "cli-only-publishes", from: "cli/knows-bus.ts", imports: "../lib/nats/bus.ts" },
  { rule: "cli-only-publishes", from: "cli/knows-nix.ts", imports: "../lib/nix/run.ts" },
  { rule: "cli-only-publishes", from: "cli/knows-host.ts", imports: "../lib/host/journal.ts" },
  { rule: "product-ships-alone", from: "cli/takes-tool.ts", imports: "../scripts/tool.ts" },
  { rule: "one-nats-client", from: "cli/takes-keys.ts", imports: "nkeys.js" },
  { rule: "one-nats-client", from: "streams/takes-jetstream.ts", imports: "@nats-io/jetstream" },
  { rule: "one-door-to-processes", from: "lib/host/starts.ts", imports: "node:child_process" },
  { rule: "one-door-to-processes", from: "cli/starts.ts", imports: "node:child_process" },
  { rule: "one-terminal", from: "handlers/parses.ts", imports: "cmd-ts" },
  { rule: "one-terminal", from: "lib/server/draws.ts", imports: "log-update" },
  { rule: "one-terminal", from: "streams/lists.ts", imports: "log-update" },
  { rule: "one-mcp", from: "cli/serves.ts", imports: "hono" },
  { rule: "one-mcp", from: "handlers/serves.ts", imports: "@hono/node-server" },
];

const test = suite("imports");
let folder = "";

test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "hd-imports-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const file of ["package.json", "tsconfig.json"]) cpSync(join(root, file), join(folder, file));
  // The packages are behind a link here; their names, not where the link leads, are what the rules are about.
  writeFileSync(
    join(folder, "rules.cjs"),
    `const rules = require(${JSON.stringify(config)});
     module.exports = { ...rules, options: { ...rules.options, preserveSymlinks: true } };`,
  );
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

const write = (path: string, imports: readonly string[]): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  const lines = imports.map((from, index) => `import type * as t${index} from "${from}";\n`);
  writeFileSync(join(folder, path), lines.join(""));
};

const cruise = async (): Promise<string[]> => {
  const folders = ["lib", "handlers", "streams", "cli", "scripts"];
  const argv = [cruiser, "--config", "rules.cjs", "--output-type", "json", ...folders];
  const output = await new Promise<string>((resolve) =>
    execFile(process.execPath, argv, { cwd: folder, maxBuffer: 1e8 }, (_, stdout) => resolve(stdout)),
  );
  const { summary } = JSON.parse(output);
  return summary.violations.map(({ rule, from }: { rule: { name: string }; from: string }) => `${rule.name}: ${from}`);
};

test("what the rules allow is not reported", async () => {
  for (const [path, imports] of Object.entries(allowed)) write(path, imports);
  assert.equal(await cruise(), []);
});

test("each planted violation is reported by its rule, and by no other", async () => {
  for (const [path, imports] of Object.entries(allowed)) write(path, imports);
  for (const { from, imports } of planted) write(from, [...(allowed[from] ?? []), imports]);
  write("streams/other.ts", ["./one.ts"]);
  write("streams/orphan.ts", []);
  const expected = planted.map(({ rule, from }) => `${rule}: ${from}`);
  assert.equal((await cruise()).sort(), [...expected, "no-orphans: streams/orphan.ts"].sort());
});

test("every rule has a planted violation", async () => {
  const { default: rules } = await import(config);
  const names = rules.forbidden.map(({ name }: { name: string }) => name);
  assert.equal(new Set(names), new Set(["no-orphans", ...planted.map(({ rule }) => rule)]));
});

test.run();
