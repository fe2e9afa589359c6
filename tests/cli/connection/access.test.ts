/**
 * Which of options, variables and context decides, for any mixture of them. Above all: credentials of a context go to the
 * servers of that context and to no other.
 */
import fc from "fast-check";
import { isLeft } from "fp-ts/lib/Either.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Sourced } from "../../../cli/args/option.ts";
import { type GivenAccess, type InUse, type Reached, reachedBy } from "../../../cli/connection/access.ts";
import { requesterOf } from "../../../cli/connection/requester.ts";
import type { NatsContext } from "../../../lib/contract/nats-context.ts";
import { areAmong } from "../../../lib/contract/server-address.ts";
import { requester } from "../../support/fixtures.ts";

const test = suite("cli/connection/access");

const none: GivenAccess = {
  servers: undefined,
  nkeyFile: undefined,
  creds: undefined,
  user: undefined,
  passwordFile: undefined,
  tokenFile: undefined,
  tlsCa: undefined,
  tlsCert: undefined,
  tlsKey: undefined,
  tlsFirst: false,
};

const from = <A>(source: string, value: A): Sourced<A> => ({ value, from: source });

const context: NatsContext = {
  servers: ["tls://home:4222"],
  credentials: { kind: "nkey", file: "/context.nk" },
  tls: { caFile: "/context.pem", certFile: "/context.crt", keyFile: "/context.key" },
  requester: requester("alice"),
};

const selected: InUse = { context, name: "home", from: "selected" };
const chosen: InUse = { context, name: "home", from: "--context" };

const reach = (given: Partial<GivenAccess>, inUse?: InUse): Reached => {
  const found = reachedBy({ ...none, ...given }, inUse);
  if (isLeft(found)) throw new Error(found.left);
  return found.right;
};

const refusal = (given: Partial<GivenAccess>, inUse?: InUse): string => {
  const found = reachedBy({ ...none, ...given }, inUse);
  if (isLeft(found)) return found.left;
  throw new Error("it was taken");
};

test("without anything, the local server and nobody in particular", () => {
  const found = reach({});
  assert.equal(found.servers, ["nats://127.0.0.1:4222"]);
  assert.is(found.credentials, undefined);
  assert.is(found.tls, undefined);
  assert.equal(found.origins, { servers: "default", credentials: "none", tls: "default" });
});

test("a context gives all of it", () => {
  const found = reach({}, selected);
  assert.equal(
    [found.servers, found.credentials, found.tls?.caFile],
    [context.servers, context.credentials, "/context.pem"],
  );
  assert.is(found.origins.credentials, "context home (selected)");
});

test("a server of another place gets nothing of the context", () => {
  for (const server of ["elsewhere", "nats://home:4222", "tls://home:4223"]) {
    const found = reach({ servers: from("NATS_URL", [server]) }, selected);
    assert.is(found.credentials, undefined, server);
    assert.is(found.tls, undefined);
    assert.match(found.passedOver ?? "", `NATS_URL names ${server}, and the context home is for tls://home:4222`);
  }
  const same = reach({ servers: from("NATS_URL", ["tls://home"]) }, selected);
  assert.is(same.credentials, context.credentials);
});

test("an option that names a context silences variables, and contradicts an option that names another server", () => {
  const found = reach({ servers: from("NATS_URL", ["elsewhere"]), nkeyFile: from("NATS_NKEY", "/env.nk") }, chosen);
  assert.equal([found.servers, found.credentials], [context.servers, context.credentials]);
  assert.is(
    refusal({ servers: from("--nats-url", ["elsewhere"]) }, chosen),
    "--nats-url names elsewhere, and the context home is for tls://home:4222; leave one of them out",
  );
});

test("credentials of one's own go with the context's server, and with its TLS", () => {
  const found = reach({ nkeyFile: from("--nkey-file", "/own.nk"), tlsCa: from("--tls-ca", "/own.pem") }, chosen);
  assert.equal(found.credentials, { kind: "nkey", file: "/own.nk" });
  assert.equal(found.tls, { caFile: "/own.pem", certFile: "/context.crt", keyFile: "/context.key", first: false });
  assert.is(found.origins.tls, "--tls-ca, context home (--context)");
});

test("an option wins over a variable of another kind; two of one rank are a mistake", () => {
  const token = from("HOMELAB_DEPLOY_TOKEN_FILE", "/t");
  assert.equal(reach({ tokenFile: token, nkeyFile: from("--nkey-file", "/k") }).credentials?.kind, "nkey");
  assert.match(refusal({ tokenFile: token, nkeyFile: from("NATS_NKEY", "/k") }), "two ways to log in");
  const user = { user: from("--user", "alice"), passwordFile: from("HOMELAB_DEPLOY_PASSWORD_FILE", "/p") };
  assert.equal(reach({ ...user, tokenFile: token }).credentials, {
    kind: "password",
    user: "alice",
    password: { file: "/p" },
  });
});

test("halves are told", () => {
  assert.match(refusal({ user: from("--user", "alice") }), "--user is of no use without --password-file");
  assert.match(refusal({ passwordFile: from("--password-file", "/p") }), "without --user");
  assert.match(refusal({ tlsCert: from("--tls-cert", "/c") }), "--tls-cert is of no use without --tls-key");
  assert.match(refusal({ tlsKey: from("--tls-key", "/c") }), "without --tls-cert");
  // A variable that is left over does not spoil an option of another kind.
  const left = { user: from("HOMELAB_DEPLOY_USER", "alice"), nkeyFile: from("--nkey-file", "/k") };
  assert.is(reach(left).credentials?.kind, "nkey");
});

test("a name goes with the key it belongs to", () => {
  const nameOf = (found: Reached, as?: Sourced<ReturnType<typeof requester>>) => {
    const name = requesterOf(as, found, "login");
    return isLeft(name) ? name.left : `${name.right.value}, ${name.right.from}`;
  };
  assert.is(nameOf(reach({}, selected)), "alice, context home (selected)");
  assert.is(nameOf(reach({ nkeyFile: from("--nkey-file", "/own.nk") }, selected)), "login, login name");
  const [option, variable] = [from("--as", requester("bob")), from("HOMELAB_DEPLOY_REQUESTER", requester("carol"))];
  assert.is(nameOf(reach({}, selected), variable), "carol, HOMELAB_DEPLOY_REQUESTER");
  assert.is(nameOf(reach({}, chosen), variable), "alice, context home (--context)");
  assert.is(nameOf(reach({}, chosen), option), "bob, --as");
});

const source = (option: string, variable: string) => fc.constantFrom(option, variable);
const maybe = <A>(option: string, variable: string, value: fc.Arbitrary<A>) =>
  fc.option(
    fc.tuple(source(option, variable), value).map(([given, one]) => from(given, one)),
    { nil: undefined },
  );
const file = fc.constantFrom("/one", "/two");
const anyServers = fc.array(fc.constantFrom("tls://home:4222", "tls://home", "home", "elsewhere", "tls://elsewhere"), {
  minLength: 1,
  maxLength: 2,
});

const anyGiven: fc.Arbitrary<GivenAccess> = fc.record({
  servers: maybe("--nats-url", "NATS_URL", anyServers),
  nkeyFile: maybe("--nkey-file", "NATS_NKEY", file),
  creds: maybe("--creds", "HOMELAB_DEPLOY_CREDS", file),
  user: maybe("--user", "HOMELAB_DEPLOY_USER", fc.constant("alice")),
  passwordFile: maybe("--password-file", "HOMELAB_DEPLOY_PASSWORD_FILE", file),
  tokenFile: maybe("--token-file", "HOMELAB_DEPLOY_TOKEN_FILE", file),
  tlsCa: maybe("--tls-ca", "HOMELAB_DEPLOY_TLS_CA", file),
  tlsCert: maybe("--tls-cert", "HOMELAB_DEPLOY_TLS_CERT", file),
  tlsKey: maybe("--tls-key", "HOMELAB_DEPLOY_TLS_KEY", file),
  tlsFirst: fc.boolean(),
});

test("whatever is mixed: the context's secrets reach its own servers only, over what it asks for", () => {
  fc.assert(
    fc.property(anyGiven, fc.constantFrom(selected, chosen, { ...selected, from: "NATS_CONTEXT" }), (given, inUse) => {
      const found = reachedBy(given, inUse);
      if (isLeft(found)) return;
      const { credentials, servers, tls } = found.right;
      const usesContext =
        credentials === context.credentials || tls?.certFile === "/context.crt" || tls?.keyFile === "/context.key";
      if (usesContext) assert.ok(areAmong(servers, context.servers), servers.join());
      if (credentials === context.credentials) assert.ok(tls !== undefined);
    }),
  );
});

test("whatever is mixed: an option is never overruled", () => {
  fc.assert(
    fc.property(anyGiven, fc.constantFrom(selected, chosen, undefined), (given, inUse) => {
      const found = reachedBy(given, inUse);
      if (isLeft(found)) return;
      const { servers, tls, origins } = found.right;
      if (given.servers?.from === "--nats-url") assert.equal(servers, given.servers.value);
      if (given.tlsCa?.from === "--tls-ca") assert.is(tls?.caFile, given.tlsCa.value);
      if (given.nkeyFile?.from === "--nkey-file") assert.is(origins.credentials, "--nkey-file");
    }),
  );
});

test.run();
