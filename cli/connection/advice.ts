/**
 * What only the command line knows of a failed connection: what gave the server, the credentials and the name. It is added
 * to what the adapter says, so that whoever reads it knows which setting to change.
 */
import { type Failure, failure } from "../../lib/contract/failure.ts";
import type { ContextName } from "../../lib/contract/nats-context.ts";
import type { CliEnv, Connection } from "../env.ts";
import { names } from "../print/names.ts";
import { nearest } from "../work/nearest.ts";

type ContextNames = Pick<CliEnv["contexts"], "names">;

/** A sentence for whoever named no server and no context. */
const unselected = async (contexts: ContextNames): Promise<string> => {
  const there = await contexts.names();
  return there.length === 0
    ? "Nothing names a server, and there is no NATS context: give --nats-url, or make contexts with `hd init`."
    : `No context is selected; ${there.length === 1 ? "there is" : "there are"} ${names(there)}: give --context NAME, set HOMELAB_DEPLOY_CONTEXT, or run \`nats context select\`.`;
};

/** A sentence: what gave the name that does not belong to the key, and how to give another. */
const nameOrigin = ({ requester, origins }: Pick<Connection, "requester" | "origins">): string => {
  const { requester: from, credentials } = origins;
  if (from === credentials)
    return `The name is from the inbox_prefix of the ${from}: correct it to _INBOX_<name>, or give the name with --as.`;
  const context = credentials.startsWith("context ")
    ? `, because the ${credentials} has no inbox_prefix _INBOX_<name>`
    : "";
  return from === "login name"
    ? `The name ${requester} is your login name${context}: give another with --as or HOMELAB_DEPLOY_REQUESTER.`
    : `The name ${requester} is from ${from}: give another there.`;
};

/** The same failure, with what to do about the setting that is behind it. */
export const advised = async (
  { contexts }: { readonly contexts: ContextNames },
  connection: Pick<Connection, "origins" | "passedOver" | "requester">,
  { code, message }: Failure,
): Promise<Failure> => {
  const { origins, passedOver } = connection;
  if (code === "unreachable" && origins.servers === "default")
    return failure(code, `${message} ${await unselected(contexts)}`);
  if (code !== "unauthorized") return { code, message };
  const named = message.includes(`by the name ${connection.requester}.`) ? ` ${nameOrigin(connection)}` : "";
  // Whoever relies on a context does not know that it speaks of another server.
  const unused = passedOver === undefined ? "" : ` A NATS context is not used: ${passedOver}.`;
  return failure(code, `${message}${named}${unused}`);
};

/** The failure of a context that is named and is not there; others stay as they are. */
export const unknownContext = async (contexts: ContextNames, name: ContextName, found: Failure): Promise<Failure> => {
  const there = await contexts.names();
  if (there.includes(name)) return found;
  const near = nearest(name, there);
  const hint = near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
  const known = there.length === 0 ? "There is none yet: `hd init` makes them." : `There are: ${names(there)}.`;
  return failure(found.code, `There is no NATS context ${name}.${hint} ${known}`);
};
