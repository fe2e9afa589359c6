/** Aliases from the environment, and what a person typed resolved through them. */
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { aliases, type Environment, resolveTarget } from "../../../lib/contract/alias.ts";

const test = suite("lib/contract/alias");

const resolve = (typed: string, env: Environment): string => {
  const resolved = resolveTarget(typed, aliases(env));
  return isLeft(resolved) ? `refused: ${resolved.left}` : resolved.right;
};

test("an alias is named as in the environment, in small letters, with - for _", () => {
  const env = { HOMELAB_DEPLOY_ALIAS_PROD_DNS: "deploy.prod.role.dns", HOMELAB_DEPLOY_ALIAS_x: "prod/web1" };
  assert.is(resolve("prod-dns", env), "deploy.prod.role.dns");
  assert.is(resolve("PROD-DNS", env), "deploy.prod.role.dns");
  assert.is(resolve("x", env), "deploy.prod.web1");
});

test("a target that is no alias is parsed as it is", () => {
  assert.is(resolve("prod/web1", {}), "deploy.prod.web1");
  assert.match(
    resolve("prod_dns", { HOMELAB_DEPLOY_ALIAS_PROD_DNS: "prod/all" }),
    /^refused: "prod_dns" is not a target/,
  );
});

test("other variables are none of ours", () => {
  assert.equal([...aliases({ PATH: "/bin", HOMELAB_DEPLOY_NATS_URL: "x", HOMELAB_DEPLOY_ALIASES: "y" })], []);
});

test("a variable that is not set, or names no alias, is none", () => {
  assert.equal([...aliases({ HOMELAB_DEPLOY_ALIAS_A: undefined, HOMELAB_DEPLOY_ALIAS_: "prod/all" })], []);
  assert.match(resolve("", { HOMELAB_DEPLOY_ALIAS_: "prod/all" }), /^refused: /);
});

test("an alias names an address, never another alias and never a wildcard", () => {
  const env = {
    HOMELAB_DEPLOY_ALIAS_A: "b",
    HOMELAB_DEPLOY_ALIAS_B: "prod/all",
    HOMELAB_DEPLOY_ALIAS_LOOP: "loop",
    HOMELAB_DEPLOY_ALIAS_EVERY: "deploy.>",
    HOMELAB_DEPLOY_ALIAS_EMPTY: "",
    HOMELAB_DEPLOY_ALIAS_ESC: "prod/\u001b[2J",
  };
  assert.match(resolve("a", env), /^refused: alias a: "b" is not a target/);
  assert.match(resolve("loop", env), /^refused: alias loop: "loop" is not a target/);
  assert.match(resolve("every", env), /^refused: alias every: "deploy.>" is not a target/);
  assert.match(resolve("empty", env), /^refused: alias empty: "" is not a target/);
  assert.not.match(resolve("esc", env), /\p{Cc}/u);
  assert.is(resolve("b", env), "deploy.prod.all");
});

test("what every object has is no alias", () => {
  for (const name of ["constructor", "__proto__", "toString"]) assert.match(resolve(name, {}), /^refused: /);
});

test("a wrong alias hurts only who uses it", () => {
  assert.is(resolve("prod/web1", { HOMELAB_DEPLOY_ALIAS_BAD: "*" }), "deploy.prod.web1");
});

test.run();
