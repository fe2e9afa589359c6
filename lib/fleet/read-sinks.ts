/**
 * `[sinks.<name>]`: the ways to people. Each type has keys of its own. No key takes a secret, only the file that it is in, so that
 * the file of rules can be shown to anyone.
 */
import { mostSinks, type Sink, type SinkType } from "../contract/alert-rules.ts";
import { choice } from "../contract/codec.ts";
import { SinkName } from "../contract/names.ts";
import type { Tell } from "./fault.ts";
import { namedTables } from "./named-tables.ts";
import {
  address,
  guarded,
  oneOf,
  optional,
  present,
  type Read,
  required,
  type Scope,
  type Some,
  scopeOf,
  someOf,
  text,
  wordsOf,
} from "./reader.ts";
import {
  Argument,
  HttpUrl,
  MailAddress,
  MailServer,
  MailUser,
  MatrixRoom,
  NtfyUrl,
  ProgramPath,
  SecretFile,
} from "./sink-values.ts";
import type { TomlTable } from "./toml.ts";

const keysOf: Readonly<Record<SinkType, readonly string[]>> = {
  webhook: ["url", "secret_file"],
  ntfy: ["url", "token_file"],
  alertmanager: ["url", "token_file"],
  slack: ["url_file"],
  matrix: ["url", "room", "token_file"],
  email: ["server", "from", "to", "user", "password_file"],
  prometheus: [],
  command: ["argv"],
};

const types = Object.keys(keysOf) as [SinkType, ...SinkType[]];
const Type = choice("SinkType", types);

const url = (scope: Scope, example = "https://hooks.example.org/hd"): string =>
  required(scope, "url", address(HttpUrl), `"${example}"`) ?? "";

const exampleFile = (of: string): string => `"/run/credentials/hd-alerter/${of}"`;

const secret = (scope: Scope, key: string): string | undefined => optional(scope, key, guarded(SecretFile));

const argv: Read<Some<string>> = (value, path, tell) => {
  const found = wordsOf(text(Argument), "name the program, and its arguments after it")(value, path, tell);
  if (found === undefined || value.kind !== "list" || value.items[0] === undefined) return undefined;
  return text(ProgramPath)(value.items[0], path, tell) === undefined ? undefined : found;
};

/** A name without its password signs nobody in, and the other way round. */
const login = (scope: Scope): { readonly user: string | undefined; readonly passwordFile: string | undefined } => {
  const [user, passwordFile] = [optional(scope, "user", text(MailUser)), secret(scope, "password_file")];
  const { table, path, tell } = scope;
  const [hasUser, hasFile] = [table.entries.has("user"), table.entries.has("password_file")];
  if (hasUser && !hasFile) tell(table, `${path}.user needs ${path}.password_file: ${SecretFile.sentence}`);
  if (hasFile && !hasUser) tell(table, `${path}.password_file needs ${path}.user: ${MailUser.sentence}`);
  return { user, passwordFile };
};

const email = (scope: Scope, name: SinkName): Sink => ({
  ...{ name, type: "email" },
  server: required(scope, "server", address(MailServer), '"smtp://mail.example.org:587"') ?? "",
  from: required(scope, "from", text(MailAddress), '"hd@example.org"') ?? "",
  to: required(scope, "to", someOf(text(MailAddress), "name one address or more"), '["ops@example.org"]') ?? [""],
  ...login(scope),
});

/** What is wrong is told, and has a value that must not be used. */
const sinkOf = (scope: Scope, name: SinkName, type: SinkType): Sink => {
  switch (type) {
    case "webhook":
      return { name, type, url: url(scope), secretFile: secret(scope, "secret_file") };
    case "ntfy": {
      const topic = required(scope, "url", address(NtfyUrl), '"https://ntfy.sh/homelab"') ?? "";
      return { name, type, url: topic, tokenFile: secret(scope, "token_file") };
    }
    case "alertmanager":
      return { name, type, url: url(scope, "http://localhost:9093"), tokenFile: secret(scope, "token_file") };
    case "slack":
      return { name, type, urlFile: required(scope, "url_file", guarded(SecretFile), exampleFile("slack")) ?? "" };
    case "matrix": {
      const room = required(scope, "room", text(MatrixRoom), '"!abc:example.org"') ?? "";
      const tokenFile = required(scope, "token_file", guarded(SecretFile), exampleFile("matrix")) ?? "";
      return { name, type, url: url(scope, "https://matrix.example.org"), room, tokenFile };
    }
    case "email":
      return email(scope, name);
    case "prometheus":
      return { name, type };
    case "command":
      return { name, type, argv: required(scope, "argv", argv, '["/usr/bin/notify"]') ?? [""] };
  }
};

/** Without a type nobody knows which keys are right, so only the type is asked for. */
const typeOf = (table: TomlTable, path: string, tell: Tell): SinkType | undefined => {
  const known = ["type", ...new Set(Object.values(keysOf).flat())];
  return required({ table, known, path, tell }, "type", oneOf(Type, types), '"webhook"');
};

const readSink = (table: TomlTable, name: SinkName, tell: Tell): Sink | undefined => {
  const path = `sinks.${name}`;
  const type = typeOf(table, path, tell);
  const scope = type && scopeOf(table, path, ["type", ...keysOf[type]], tell);
  return scope && sinkOf(scope, name, type);
};

/** `names`: also of those in which something is wrong, which is told once and not wherever the sink is named. */
export const readSinks = (
  root: TomlTable,
  tell: Tell,
): { readonly sinks: readonly Sink[]; readonly names: readonly SinkName[] } => {
  const tables = namedTables(root, { section: "sinks", codec: SinkName, reserved: () => undefined }, tell);
  const excess = tables[mostSinks];
  if (excess !== undefined)
    tell(excess.table, `sinks.${excess.name}: there may be at most ${mostSinks} sinks; here are ${tables.length}`);
  return {
    sinks: present(tables.map(({ name, table }) => readSink(table, name, tell))),
    names: tables.map(({ name }) => name),
  };
};
