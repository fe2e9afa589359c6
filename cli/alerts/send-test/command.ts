/** `hd alerts send-test` as a command line. */
import { command } from "cmd-ts";
import { isLeft } from "fp-ts/lib/Either.js";
import { SinkName } from "../../../lib/contract/names.ts";
import { textArg } from "../../args/arg-type.ts";
import { commandLine } from "../../args/command-line.ts";
import { outputArg } from "../../args/output-arg.ts";
import { positional } from "../../args/positional.ts";
import type { CliEnv } from "../../env.ts";
import type { Ended } from "../../work/with-bus.ts";
import { rulesArgs, rulesGiven } from "../rules-args.ts";
import { sendTest } from "./send-test.ts";

export const sendTestCommand = (cli: CliEnv) =>
  commandLine(
    command({
      name: "hd alerts send-test",
      args: {
        sink: positional(textArg("sink", SinkName), "the name of a sink in the rules"),
        ...rulesArgs(cli),
        form: outputArg(cli.env),
      },
      examples: [
        {
          command: "hd alerts send-test phone --rules alerts.toml",
          description: "right away, without NATS; exit 1 if the sink did not take it",
        },
      ],
      handler: async ({ sink, form, ...given }): Promise<Ended> => {
        const loaded = await rulesGiven(given);
        return isLeft(loaded) ? loaded : sendTest(cli, loaded.right, { name: sink, form });
      },
    }),
  );
