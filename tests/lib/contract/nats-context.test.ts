/** Contexts of the nats tool: what is read off one, what is refused by its field, and that no secret is repeated. */
import fc from "fast-check";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { decodeContext, type NatsContext } from "../../../lib/contract/nats-context.ts";

const test = suite("lib/contract/nats-context");

const file = "/c/home.json";
const around = { home: "/home/alice", env: { KEYS: "/keys" } };

/** As `nats context add` writes it: every field, most of them empty. */
const empty = {
  description: "",
  url: "",
  socks_proxy: "",
  token: "",
  user: "",
  password: "",
  creds: "",
  nkey: "",
  cert: "",
  key: "",
  ca: "",
  nsc: "",
  jetstream_domain: "",
  jetstream_api_prefix: "",
  jetstream_event_prefix: "",
  inbox_prefix: "",
  user_jwt: "",
  user_seed: "",
  color_scheme: "",
  tls_first: false,
  windows_cert_store: "",
  windows_cert_match_by: "",
  windows_cert_match: "",
  windows_ca_certs_match: null,
};

const contextOf = (changes: object): NatsContext => {
  const decoded = decodeContext(file, { ...empty, ...changes }, around);
  if (isLeft(decoded)) throw new Error(decoded.left.join("; "));
  return decoded.right;
};

const reasonsOf = (value: unknown): readonly string[] => {
  const decoded = decodeContext(file, value, around);
  return isLeft(decoded) ? decoded.left : [];
};

test("the empty one is the local server, without credentials", () => {
  const nothing = { servers: ["nats://127.0.0.1:4222"], credentials: undefined, tls: undefined, requester: undefined };
  assert.equal(contextOf({}), nothing);
  assert.equal(decodeContext(file, {}, around), { _tag: "Right", right: nothing });
  assert.equal(decodeContext(file, { nkey: null, url: null, tls_first: null }, around), {
    _tag: "Right",
    right: nothing,
  });
});

test("what hd init writes", () => {
  const context = contextOf({
    url: "tls://a.example.org:4222, tls://b.example.org:4222",
    nkey: "/keys/alice.nk",
    inbox_prefix: "_INBOX_alice",
    jetstream_api_prefix: "hd.api",
    ca: "/keys/ca.pem",
    something_new: { deep: true },
  });
  assert.equal(context.servers, ["tls://a.example.org:4222", "tls://b.example.org:4222"]);
  assert.equal(context.credentials, { kind: "nkey", file: "/keys/alice.nk" });
  assert.is(context.requester, "alice");
  assert.equal(context.tls, { caFile: "/keys/ca.pem", certFile: undefined, keyFile: undefined, first: false });
});

test("secrets stay where they are", () => {
  const withPassword = contextOf({ user: "alice", password: "hush" });
  assert.equal(withPassword.credentials, { kind: "password", user: "alice", password: { file, field: "password" } });
  assert.equal(contextOf({ token: "hush" }).credentials, { kind: "token", token: { file, field: "token" } });
  assert.not.match(JSON.stringify([withPassword, contextOf({ token: "hush" })]), "hush");
});

test("paths as the tool expands them", () => {
  const key = (nkey: string) => contextOf({ nkey }).credentials;
  assert.equal(key("~/a.nk"), { kind: "nkey", file: "/home/alice/a.nk" });
  assert.equal(key("$KEYS/a.nk"), { kind: "nkey", file: "/keys/a.nk" });
  assert.equal(key("file://$" + "{KEYS}/a.nk"), { kind: "nkey", file: "/keys/a.nk" });
  assert.equal(contextOf({ creds: "~/a.creds" }).credentials, { kind: "creds", file: "/home/alice/a.creds" });
  assert.equal(reasonsOf({ nkey: "$NOWHERE/a.nk" }), ["nkey: the variable NOWHERE is not set"]);
});

test("an inbox of another form names nobody", () => {
  for (const inbox_prefix of ["_INBOX", "_INBOX_", "_INBOX_a.b", "alice", "_INBOX_-x"])
    assert.is(contextOf({ inbox_prefix }).requester, undefined, inbox_prefix);
});

test("each fault is named by its field, without what stands in it", () => {
  const faults: readonly (readonly [object, RegExp])[] = [
    [{ nsc: "nsc://hush" }, /^nsc: .*creds/],
    [{ socks_proxy: "socks5://hush" }, /^socks_proxy: .*SOCKS/],
    [{ windows_cert_store: "hush" }, /^windows_cert_store: .*PEM/],
    [{ user_jwt: "hush" }, /^user_jwt: .*creds/],
    [{ user_seed: "hush" }, /^user_seed: /],
    [{ creds: "op://hush/item" }, /^creds: .*\(op:\)/],
    [{ nkey: "data:;base64,hush" }, /^nkey: .*\(data:\)/],
    [{ user: "a", password: "env://hush" }, /^password: .*\(env:\)/],
    [{ token: "op://hush" }, /^token: .*\(op:\)/],
    [{ cert: "/c" }, /^cert, key: /],
    [{ url: "nats://hush@host" }, /^url: must not hold/],
    [{ url: 5 }, /^url: must be text/],
    [{ password: "hush\u0000" }, /^password: must be text/],
    [{ nkey: "/a", creds: "/hush" }, /^creds, nkey: are several/],
    [{ tls_first: "hush" }, /^tls_first: must be true or false/],
  ];
  for (const [value, expected] of faults) {
    const [reason = "", ...more] = reasonsOf(value);
    assert.match(reason, expected);
    assert.equal(more, []);
    assert.not.match(reason, "hush");
  }
});

test("any JSON is a context or has its reasons, and a secret is in neither", () => {
  const secret = "s3cr3t-s3cr3t";
  const fields = Object.keys(empty);
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(secret, `op://${secret}`, `nats://${secret}@host`, "~", "$X"));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...fields), value), (fieldsOf) => {
      // A path is no secret, and a user's name neither; nor is a server's, without a user before it.
      const { nkey, creds, cert, key, ca, user, ...others } = fieldsOf as Record<string, unknown>;
      const { url, ...unnamed } = others;
      const secretive = url === secret ? unnamed : others;
      assert.not.match(JSON.stringify(decodeContext(file, secretive, around)), secret);
      decodeContext(file, { ...secretive, nkey, creds, cert, key, ca, user }, around);
    }),
  );
  fc.assert(fc.property(fc.jsonValue(), (any) => decodeContext(file, any, around)._tag.length > 0));
});

test.run();
