/** One value, two languages: what nats-server reads, and what NixOS takes; neither can be escaped from by a string. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { renderConf, renderNix } from "../../../lib/server/render.ts";

const test = suite("lib/server/render");

const settings = {
  listen: "0.0.0.0:4222",
  left_out: undefined,
  limits: { most: 3, on: true },
  mappings: { "deploy.test.>": "hd.req.unnamed.test.>" },
  users: [{ nkey: "U".repeat(56), permissions: { publish: { allow: ["a", "b.>"] }, subscribe: { allow: [] } } }],
};

test("nats-server's own language", () => {
  assert.is(
    renderConf(settings),
    `listen: "0.0.0.0:4222"
limits: { most: 3, on: true }
mappings: { "deploy.test.>": "hd.req.unnamed.test.>" }
users: [
  {
    nkey: "${"U".repeat(56)}"
    permissions: { publish: { allow: ["a", "b.>"] }, subscribe: { allow: [] } }
  }
]
`,
  );
});

test("a Nix value", () => {
  assert.is(
    renderNix(settings),
    `{
  listen = "0.0.0.0:4222";
  limits = { most = 3; on = true; };
  mappings = { "deploy.test.>" = "hd.req.unnamed.test.>"; };
  users = [
    {
      nkey = "${"U".repeat(56)}";
      permissions = { publish = { allow = [ "a" "b.>" ]; }; subscribe = { allow = []; }; };
    }
  ];
}
`,
  );
});

test("a string stays one", () => {
  const evil = ['a"; }\n$', "{builtins.readFile /etc/shadow} \\"].join("");
  assert.is(renderConf({ store_dir: evil }), `store_dir: ${JSON.stringify(evil)}\n`);
  assert.match(renderNix({ store_dir: evil }), '\\"; }\\n\\${builtins');
});

test.run();
