/**
 * Which folder may import which. Imports point inward (cli, handlers, streams -> lib/router -> lib/contract), each outside
 * thing has one door, and only the mains name adapters. Type imports count: a type is knowledge too.
 * tests/scripts/imports.test.ts plants a violation of every rule.
 */
const mains =
  "^(cli/(up-|nats-|mcp-)?main|handlers/(job-|builder-)?main|streams/alerts/main)\\.ts$|^(scripts|tests|bench|examples)/";
const product = "^(lib|handlers|streams|cli)/";
const npm = (...names) => `^node_modules/(${names.join("|")})/`;
const nats = npm("nats", "nkeys\\.js", "@nats-io");
const fpts = "^node_modules/(fp-ts|io-ts)/";

/** Nothing in `from` but a main reaches `path`. */
const never = (name, comment, from, path) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, pathNot: mains },
  to: { path },
});

/** What `from` imports is in `allowed`, and nowhere else: packages and Node's own modules included. */
const within = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, pathNot: mains },
  to: { pathNot: allowed },
});

/** `path` is imported from `doors` and nowhere else. */
const only = (name, comment, path, doors) => ({
  name,
  comment,
  severity: "error",
  from: { pathNot: doors },
  to: { path },
});

const layers = [
  within("contract-is-pure", "The contract is values and codecs.", "^lib/contract/", `^lib/contract/|${fpts}`),
  within(
    "router-knows-ports-only",
    "The router runs on any bus, so it names none.",
    "^lib/router/",
    `^lib/(contract|router)/|${fpts}|${npm("ulid")}`,
  ),
  never(
    "host-knows-ports-only",
    "What a host does is tested without NATS and without Nix: both come in as ports.",
    "^lib/host/",
    "^lib/(?!contract/|router/|host/)",
  ),
  within(
    "fleet-knows-files-only",
    "A fleet file is read, edited and followed up without NATS, processes or a terminal.",
    "^lib/fleet/",
    `^lib/(contract|fleet)/|${fpts}|${npm("toml-eslint-parser")}|^(node:)?(fs(/promises)?|path)$`,
  ),
  within(
    "files-know-the-contract",
    "A secret is read from its file in one way, by whatever adapter needs one.",
    "^lib/files/",
    `^lib/(contract|files)/|${fpts}|^(node:)?(fs(/promises)?|path)$`,
  ),
  within(
    "sinks-know-ports-only",
    "A sink tells people and knows neither the log nor processes: a command is run by a port.",
    "^lib/sinks/",
    `^lib/(contract|router|files|sinks)/|${fpts}|${npm("nodemailer")}|^(node:)?crypto$`,
  ),
  never("nats-stands-alone", "An adapter never names another.", "^lib/nats/", "^lib/(nix|host|server|sinks|metrics)/"),
  never("nix-stands-alone", "An adapter never names another.", "^lib/nix/", "^lib/(nats|server|sinks|metrics)/"),
  never(
    "server-stands-alone",
    "Finding a nats-server needs processes, no more.",
    "^lib/server/",
    "^lib/(nats|host|sinks|metrics)/",
  ),
  within(
    "metrics-stands-alone",
    "Metrics are told what to show; they know no service.",
    "^lib/metrics/",
    `^lib/(contract|router|metrics)/|${fpts}|${npm("prom-client")}|^(node:)?http$`,
  ),
  {
    name: "lib-points-inward",
    comment: "The library does not know who uses it.",
    severity: "error",
    from: { path: "^lib/" },
    to: { path: "^(cli|handlers|streams)/" },
  },
  never(
    "handlers-know-no-adapter",
    "A handler gets ports: it reads as the rule it applies and is tested by a plain call.",
    "^handlers/",
    "^lib/(?!contract/|router/|host/)|^(cli|streams)/",
  ),
  never(
    "streams-know-ports-only",
    "Definitions are data and readers take the log as a port.",
    "^streams/",
    "^lib/(?!contract/|router/)|^(cli|handlers)/",
  ),
  never(
    "cli-only-publishes",
    "A command publishes and reads the log; it never runs a handler or names an adapter.",
    "^cli/",
    "^handlers/|^lib/(nats|nix|host|files|sinks|metrics)/",
  ),
  {
    name: "handlers-never-print",
    comment: "The mains of the listener and of the job compose adapters, never the command line.",
    severity: "error",
    from: { path: "^handlers/(main|job-main|builder-main)\\.ts$" },
    to: { path: "^cli/" },
  },
  {
    name: "product-ships-alone",
    comment: "What is shipped needs nothing that is not.",
    severity: "error",
    from: { path: product },
    to: { path: "^(scripts|tests|bench|examples)/" },
  },
];

const doors = [
  only(
    "one-nats-client",
    "lib/nats is the only folder that knows a NATS client.",
    nats,
    "^lib/nats/|^(tests|bench|examples)/",
  ),
  only(
    "one-door-to-processes",
    "lib/nix is the only folder that starts a process.",
    "^(node:)?child_process$",
    "^lib/nix/|^(scripts|tests|bench|examples)/",
  ),
  only(
    "one-door-to-metrics",
    "lib/metrics is the only folder that knows a Prometheus client.",
    npm("prom-client"),
    "^lib/metrics/|^(tests|bench)/",
  ),
  only(
    "one-toml",
    "lib/fleet is the only folder that knows TOML.",
    npm("toml-eslint-parser"),
    "^lib/fleet/|^(tests|bench)/",
  ),
  only("one-mailer", "lib/sinks is the only folder that sends mail.", npm("nodemailer"), "^lib/sinks/|^(tests|bench)/"),
  only(
    "one-terminal",
    "cli is the only folder that parses arguments and draws.",
    npm("cmd-ts", "log-update"),
    "^cli/|^(tests|bench)/",
  ),
  only(
    "one-mcp",
    "cli/mcp is the only folder that knows the SDK, and it is loaded by hd mcp alone.",
    npm("@modelcontextprotocol", "hono", "@hono"),
    "^cli/mcp/|^(tests|bench)/",
  ),
];

const hygiene = [
  { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
  { name: "no-orphans", severity: "error", from: { orphan: true, pathNot: ["\\.d\\.ts$", mains] }, to: {} },
  { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  {
    name: "no-dev-dependency",
    comment: "What is shipped runs on `dependencies`.",
    severity: "error",
    from: { path: product },
    to: { dependencyTypes: ["npm-dev"], pathNot: "^node_modules/@types/" },
  },
];

module.exports = {
  forbidden: [...hygiene, ...layers, ...doors],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      mainFields: ["main", "types", "typings"],
    },
  },
};
