/** `hd build` as a command line. What it says about the request is what the route says. */
import { command } from "cmd-ts";
import { isLeft, right } from "fp-ts/lib/Either.js";
import { HostName } from "../../lib/contract/names.ts";
import { build as route } from "../../lib/contract/routes/build.ts";
import { plainArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { connectionArgs } from "../args/connection.ts";
import { durationArg } from "../args/duration-arg.ts";
import { flag } from "../args/flag.ts";
import { defaulted, many, optional } from "../args/option.ts";
import { outputArg } from "../args/output-arg.ts";
import { positionals } from "../args/positional.ts";
import { revisionArgs, revisionOf } from "../args/revision-args.ts";
import { timeoutArg } from "../args/timeout-arg.ts";
import { withConnection } from "../connection/with-connection.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";
import { build } from "./build.ts";

const { fields } = route.input;

const requestArgs = (cli: CliEnv) => ({
  ...revisionArgs(cli, "branch, tag or commit to build"),
  hosts: many(cli.env, { long: "host", type: textArg("host", HostName), about: `${fields.hosts.sentence}; repeat it` }),
  reason: optional(cli.env, { long: "reason", type: plainArg("text"), about: fields.reason.sentence }),
  expiresMs: defaulted(
    cli.env,
    {
      long: "expires",
      type: durationArg(),
      about: "how long the request may wait in the log; a builder that reads it later rejects it",
      shown: "1h",
    },
    () => right(60 * 60_000),
  ),
});

export const buildCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd build",
      args: {
        targets: positionals(
          plainArg("target"),
          "nixos/web1, nixos/all or nixos for all of its hosts, or a subject such as build.nixos.web1",
        ),
        ...requestArgs(cli),
        timeoutMs: timeoutArg(cli.env),
        detach: flag(cli.env, { long: "detach", about: "do not watch; print the request's id" }),
        form: outputArg(cli.env),
        connection: connectionArgs(cli),
      },
      examples: [
        { command: "hd build nixos/web1", description: "build one host of the repository nixos at main" },
        { command: "hd build nixos -r update-flake", description: "see which hosts a branch breaks" },
        { command: "hd build nixos --host web1 --host web2", description: "build two of its hosts" },
      ],
      handler: async ({ connection, branch, ...given }): Promise<Ended> => {
        const revision = revisionOf(given.revision, branch);
        if (isLeft(revision)) return revision;
        const args = { ...given, revision: revision.right };
        return withConnection(cli, connection, given.form, (made) => build(cli, made, args));
      },
    }),
  );
