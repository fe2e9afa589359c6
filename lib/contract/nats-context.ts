/**
 * A context of the `nats` tool, as far as it says how to connect: the standard file that other tools of NATS read as well.
 * The form is that of `settings` in natscontext/context.go of github.com/nats-io/jsm.go, read at commit caea3c5. Fields that
 * do not matter here are ignored; one that a login or a route rests on and hd cannot follow is refused, never passed over.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { ClientTls, Credentials } from "./access.ts";
import type { Environment } from "./alias.ts";
import { prose, read, type Text, text, toggle } from "./codec.ts";
import { Requester } from "./names.ts";
import { localServer, parseServer } from "./server-address.ts";
import { type Decoded, optional, struct } from "./struct.ts";

export interface NatsContext {
  readonly servers: readonly [string, ...string[]];
  readonly credentials: Credentials | undefined;
  readonly tls: ClientTls | undefined;
  /** Whose inbox it names: `hd init` writes `_INBOX_<requester>`. */
  readonly requester: Requester | undefined;
}

/** A file name, so it may not lead elsewhere: the rule of `ValidateName` in natscontext/backend.go, and no control characters. */
export type ContextName = Text<"ContextName">;
export const ContextName = text("ContextName", {
  pattern: /^(?!.*\.\.)[^/\\\p{Cc}\p{Cs}]+$/u,
  maxLength: 200,
  sentence: "the name of a NATS context, as `nats context ls` shows it",
});

const Word = prose("Word", 4096);
const field = optional(Word, "as the nats tool has it");

const fields = struct("NatsContext", {
  url: field,
  user: field,
  password: field,
  token: field,
  nkey: field,
  creds: field,
  user_jwt: field,
  user_seed: field,
  nsc: field,
  cert: field,
  key: field,
  ca: field,
  tls_first: optional(toggle("Toggle"), "TLS before the greeting"),
  inbox_prefix: field,
  socks_proxy: field,
  windows_cert_store: field,
});

type Fields = Decoded<typeof fields.fields>;

/** Where `~` leads, and what `$NAME` stands for. */
export interface Surroundings {
  readonly home: string;
  readonly env: Environment;
}

const unsupported: ReadonlyMap<keyof Fields, string> = new Map([
  ["nsc", "hd does not ask nsc; run `nsc generate creds` and name the file with creds"],
  ["user_jwt", "hd takes a JWT from a creds file only; write one and name it with creds"],
  ["user_seed", "hd takes a seed from a file only; name it with nkey or creds"],
  ["socks_proxy", "hd does not connect through a SOCKS proxy"],
  ["windows_cert_store", "hd does not read the certificates of Windows; name PEM files with cert, key and ca"],
]);

const isSet = (value: unknown): boolean => value !== undefined && value !== "" && value !== false;

/** A reference to a secret elsewhere, such as `op://…` or `env://…`. */
const schemeOf = (value: string): string | undefined => /^([a-z][a-z0-9+.-]+):/i.exec(value)?.[1]?.toLowerCase();

const secretFault = (name: "password" | "token", value = ""): string | undefined =>
  ["file", "op", "nsc", "env", "data"].includes(schemeOf(value) ?? "")
    ? `${name}: refers to a secret elsewhere (${schemeOf(value)}:), which hd does not follow`
    : undefined;

/** As os.ExpandEnv and the tool's own `~` have it; but a variable that is not set is a fault, and not an empty word. */
const pathOf = (name: string, value: string, { home, env }: Surroundings): Either<string, string> => {
  const bare = value.replace(/^file:\/\//i, "");
  if (bare === value && schemeOf(value) !== undefined)
    return left(`${name}: refers to a file elsewhere (${schemeOf(value)}:), which hd does not follow`);
  const unset = [...bare.matchAll(/\$\{?(\w+)\}?/g)].map(([, one = ""]) => one).find((one) => !isSet(env[one]));
  if (unset !== undefined) return left(`${name}: the variable ${unset} is not set`);
  return right(bare.replace(/\$\{?(\w+)\}?/g, (_, one: string) => env[one] ?? "").replace(/^~(?=\/|$)/, home));
};

const serversOf = (url = ""): Either<string, readonly [string, ...string[]]> => {
  const all = url.split(",").map((one) => one.trim());
  const [first = "", ...more] = all.filter((one) => one !== "");
  if (first === "") return right([localServer]);
  const wrong = [first, ...more].map(parseServer).find(isLeft);
  return wrong === undefined ? right([first, ...more]) : left(`url: ${wrong.left}`);
};

const kinds = ["user", "creds", "nkey", "token"] as const;

type Paths = Partial<Record<"nkey" | "creds" | "cert" | "key" | "ca", string>>;

/** Secrets stay in the file until they are needed. */
const credentialsOf = (file: string, { user }: Fields, kind: (typeof kinds)[number], paths: Paths): Credentials => {
  switch (kind) {
    case "user":
      return { kind: "password", user: user ?? "", password: { file, field: "password" } };
    case "token":
      return { kind: "token", token: { file, field: "token" } };
    default:
      return { kind, file: paths[kind] ?? "" };
  }
};

const faultsOf = (found: Fields): readonly string[] => {
  const given = kinds.filter((kind) => isSet(found[kind]));
  const strange = [...unsupported].filter(([name]) => isSet(found[name])).map(([name, why]) => `${name}: ${why}`);
  const secrets = [secretFault("password", found.password), secretFault("token", found.token)];
  const pair = isSet(found.cert) === isSet(found.key) ? [] : ["cert, key: one is of no use without the other"];
  const many = given.length > 1 ? [`${given.join(", ")}: are several kinds of credentials; leave one`] : [];
  return [...strange, ...secrets.filter((one) => one !== undefined), ...pair, ...many];
};

const pathsOf = (found: Fields, around: Surroundings): Either<readonly string[], Paths> => {
  const [paths, wrong]: [Paths, string[]] = [{}, []];
  for (const name of ["nkey", "creds", "cert", "key", "ca"] as const) {
    const value = found[name] ?? "";
    if (value === "") continue;
    const path = pathOf(name, value, around);
    if (isLeft(path)) wrong.push(path.left);
    else paths[name] = path.right;
  }
  return wrong.length > 0 ? left(wrong) : right(paths);
};

const tlsOf = ({ tls_first: first = false }: Fields, { ca, cert, key }: Paths): ClientTls | undefined =>
  first || ca !== undefined || cert !== undefined ? { caFile: ca, certFile: cert, keyFile: key, first } : undefined;

const requesterOf = ({ inbox_prefix: prefix = "" }: Fields): Requester | undefined =>
  read(Requester, /^_INBOX_(.+)$/.exec(prefix)?.[1]);

/** The tool takes a null for a field that is not there. */
const withoutNulls = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null))
    : value;

/** `file` is where it stands: secrets in it are named by their place. Left: every reason, each as `field: …`. */
export const decodeContext = (
  file: string,
  value: unknown,
  around: Surroundings,
): Either<readonly string[], NatsContext> => {
  const decoded = fields.lenient(withoutNulls(value));
  if (isLeft(decoded)) return decoded;
  const found = decoded.right;
  const [faults, paths, servers] = [faultsOf(found), pathsOf(found, around), serversOf(found.url)];
  if (faults.length > 0) return left(faults);
  if (isLeft(paths)) return paths;
  if (isLeft(servers)) return left([servers.left]);
  const kind = kinds.find((one) => isSet(found[one]));
  return right({
    servers: servers.right,
    credentials: kind === undefined ? undefined : credentialsOf(file, found, kind, paths.right),
    tls: tlsOf(found, paths.right),
    requester: requesterOf(found),
  });
};
