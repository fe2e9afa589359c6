/** A world in which nothing happens, for commands that are only asked what they take. */
import { left } from "fp-ts/lib/TaskEither.js";
import type { CliEnv } from "../cli/env.ts";
import { failure } from "../lib/contract/failure.ts";

const silent = { write: () => {}, isTTY: false, size: () => ({ columns: 100, rows: 24 }) };
const nobody = () => left(failure("unreachable", "the docs connect to nothing"));
const nothing = () => Promise.resolve(0);

export const idleCli: CliEnv = {
  env: {},
  stdout: silent,
  stderr: silent,
  now: Date.now,
  version: "",
  loginName: () => undefined,
  onInterrupt: () => () => {},
  ask: () => Promise.resolve(undefined),
  contexts: { selected: nobody, names: async () => [], read: nobody },
  inspect: nobody,
  machine: { refs: nobody, resolve: nobody, missing: () => Promise.resolve([]) },
  connect: nobody,
  provision: nobody,
  importer: nobody,
  logRecords: nobody,
  vaultRecords: nobody,
  signatures: {
    trusted: () => Promise.reject(new Error("the docs trust nobody")),
    verifier: () => Promise.reject(new Error("the docs verify nothing")),
  },
  sinkPort: () => Promise.reject(new Error("the docs tell nobody")),
  rehearse: nobody,
  keyMaker: () => Promise.reject(new Error("the docs make no keys")),
  listen: nothing,
  alert: nothing,
  build: nothing,
  up: nothing,
  mcp: nobody(),
};
