/** By which program something was asked for: a client gives its own name, and must not pass for one with another token. */
import { right } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { calledBy } from "../../../cli/mcp/deploying/wanted.ts";
import { hostsList } from "../../../cli/mcp/tools/hosts-list.ts";
import { memoryLog } from "../../support/memory-bus.ts";
import { connected, sessionOn } from "./support/client.ts";

const test = suite("cli/mcp/client-name");

for (const [what, token, name, says] of [
  ["cannot cut off its token", "home", "x".repeat(200), `(home) ${"x".repeat(92)}…`],
  ["cannot give itself another", "home", "(admin) y", "(home) admin y 0.1"],
  ["without a token cannot give itself one", undefined, "\uff08admin\uff09 (admin) z", "admin admin z 0.1"],
] as const) {
  test(`a client ${what}`, async () => {
    let seen = "";
    const run: typeof hostsList.run = (_, { client }) => {
      seen = calledBy({ client, tool: "hosts_list" }).client ?? "";
      return async () => right({ hosts: [], total: 0, notes: [] });
    };
    const one = await connected(sessionOn(memoryLog(), { tools: [{ ...hostsList, run, text: () => "" }], token }), {
      name,
    });
    await one.call("hosts_list");
    assert.is(seen, says);
    await one.close();
  });
}

test.run();
