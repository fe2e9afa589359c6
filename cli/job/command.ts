/** `hd job`: how a listener starts one deployment in a process of its own. Nobody else calls it, so no help shows it. */
import { command } from "cmd-ts";
import { right } from "fp-ts/lib/Either.js";
import { RequestId } from "../../lib/contract/values.ts";
import { plainArg, textArg } from "../args/arg-type.ts";
import { commandLine } from "../args/command-line.ts";
import { required } from "../args/option.ts";
import { positional } from "../args/positional.ts";
import type { CliEnv } from "../env.ts";
import type { Ended } from "../work/with-bus.ts";

export const jobCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd job",
      args: {
        id: positional(textArg("id", RequestId), "the request's id"),
        stateDir: required(cli.env, {
          long: "state-dir",
          type: plainArg("folder"),
          about: "where the journal is",
          env: ["HOMELAB_DEPLOY_STATE_DIR"],
        }),
      },
      handler: async ({ id, stateDir }): Promise<Ended> => right(await cli.job(id, { stateDir })),
    }),
  );
