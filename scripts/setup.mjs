// @ts-check
/**
 * Makes a fresh checkout ready for `npm start` and `npm test`: a line for each step, nothing to answer, and exit 1 with the
 * reason when a step fails. It runs before there are dependencies, so it knows Node's own modules and nothing else, and an
 * old Node must be able to read it as far as the sentence that says so.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const colourful = process.stderr.isTTY === true && !process.env.NO_COLOR;
const shownLines = 20;

/** @type {(name: string, outcome: string) => void} */
const report = (name, outcome) => console.log(`${name} · ${outcome}`);

/** @type {(name: string, reason: string) => never} */
const fail = (name, reason) => {
  console.error(`${colourful ? `\u001b[31m${name}\u001b[39m` : name} · ${reason}`);
  process.exit(1);
};

/**
 * Runs a program to its end and gives what it printed; whatever else happens ends the set-up, with its output.
 * @type {(step: string, program: string, args: string[]) => string}
 */
const run = (step, program, args) => {
  const maxBuffer = 64 * 1024 * 1024;
  const ran = spawnSync(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], maxBuffer });
  const command = [program, ...args].join(" ");
  const printed = `${ran.stdout ?? ""}${ran.stderr ?? ""}`.trim();
  // Compilers and npm say first what is wrong, and go on for pages.
  const start = printed.split("\n").slice(0, shownLines).join("\n");
  if (ran.error !== undefined) {
    const missing = "code" in ran.error && ran.error.code === "ENOENT";
    fail(step, missing ? `${program} is not installed, or not on PATH` : `${command}: ${ran.error.message}\n${start}`);
  }
  if (ran.status !== 0) fail(step, `${command} ended with ${ran.status ?? ran.signal}\n${start}`);
  return printed;
};

/** @type {(work: () => unknown) => string} */
const timed = (work) => {
  const startMs = Date.now();
  work();
  return `${((Date.now() - startMs) / 1000).toFixed(1)} s`;
};

/**
 * When a file, or anything below a folder, last changed; 0 when it is not there. The folder itself counts: a file that was
 * taken away shows nowhere else.
 * @type {(path: string) => number}
 */
const changedMs = (path) => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  const below = stat.isDirectory() ? readdirSync(path).map((name) => changedMs(join(path, name))) : [];
  return Math.max(stat.mtimeMs, ...below);
};

const checkNode = () => {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const [major, minor] = engines.node
    .replace(/[^\d.]/g, "")
    .split(".")
    .map(Number);
  const [ours, oursMinor] = process.versions.node.split(".").map(Number);
  if (ours < major || (ours === major && oursMinor < minor)) {
    fail(`node ${process.versions.node}`, `homelab-deploy needs Node ${major}.${minor} or newer`);
  }
  report(`node ${process.versions.node}`, "ok");
};

const checkGit = () => {
  const version = run("git", "git", ["--version"]).replace(/^git version /, "");
  report(`git ${version}`, "ok");
};

/** npm writes its hidden lockfile last, so one that was interrupted counts as none. */
const installDependencies = () => {
  const installedMs = changedMs(join(root, "node_modules/.package-lock.json"));
  if (installedMs >= changedMs(join(root, "package-lock.json"))) return report("dependencies", "up to date");
  const took = timed(() => run("dependencies", "npm", ["ci", "--include=dev"]));
  return report("dependencies", `installed (${took})`);
};

const findServer = () => {
  const ran = spawnSync(process.execPath, ["--import", "tsx", "scripts/nats-server.ts"], {
    cwd: root,
    stdio: "inherit",
  });
  if (ran.status !== 0) fail("nats-server", "none found, see above");
};

const sources = [
  "lib",
  "handlers",
  "streams",
  "cli",
  "scripts/build.mjs",
  "package.json",
  "node_modules/.package-lock.json",
];

const build = () => {
  const newestMs = Math.max(...sources.map((path) => changedMs(join(root, path))));
  if (changedMs(join(root, "dist/hd.mjs")) > newestMs) return report("build", "up to date");
  const took = timed(() => run("build", process.execPath, ["scripts/build.mjs"]));
  return report("build", `dist/hd.mjs (${took})`);
};

for (const step of [checkNode, checkGit, installDependencies, findServer, build]) step();
