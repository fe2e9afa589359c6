/** git as a test uses it: with an identity, blind to the configuration of whoever runs the tests. */
import { execFileSync } from "node:child_process";

const identity = { name: "A Tester", email: "tester@localhost" };

const gitEnv: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  LC_ALL: "C",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: identity.name,
  GIT_AUTHOR_EMAIL: identity.email,
  GIT_COMMITTER_NAME: identity.name,
  GIT_COMMITTER_EMAIL: identity.email,
};

/** What git printed, without the line end; throws when it fails. */
export const git = (folder: string, args: readonly string[], input?: string): string =>
  execFileSync("git", ["-C", folder, ...args], {
    env: gitEnv,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"],
    ...(input === undefined ? {} : { input }),
  }).trim();
