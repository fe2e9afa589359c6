/** Switches that take no value. A variable switches one on with `1` or `true`, off with `0` or `false`. */
import { flag as plainFlag } from "cmd-ts";
import type { Environment } from "../../lib/contract/alias.ts";

export interface FlagSpec {
  readonly long: string;
  readonly about: string;
  readonly env?: string;
  readonly section?: "options" | "connection";
}

const words: ReadonlyMap<string, boolean> = new Map([
  ["1", true],
  ["true", true],
  ["0", false],
  ["false", false],
]);

const failed = (message: string) => ({ _tag: "error" as const, error: { errors: [{ nodes: [], message }] } });

export const flag = (
  env: Environment,
  { long, about, env: variable, section = "options" }: FlagSpec,
): ReturnType<typeof plainFlag> => {
  const inner = plainFlag({ long });
  const defaults = variable === undefined ? [] : [`env: ${variable}`];
  return {
    ...inner,
    description: about,
    helpTopics: () => [{ category: section, usage: `    --${long}`, description: about, defaults }],
    parse: async (context) => {
      const parsed = await inner.parse(context);
      if (parsed._tag === "error") return failed(`--${long} takes no value, and is given once`);
      const text = variable === undefined ? "" : (env[variable] ?? "");
      if (parsed.value || text === "") return parsed;
      const value = words.get(text.toLowerCase());
      return value === undefined ? failed(`${variable} must be one of 1, true, 0, false`) : { _tag: "ok", value };
    },
  };
};
