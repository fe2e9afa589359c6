/** `hd whoami`: who the server takes the client for, what that may do, and what said so. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import { abilitiesOf } from "../../lib/contract/may-do.ts";
import type { Identified } from "../../lib/router/inspection.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv, Connection } from "../env.ts";
import { exits } from "../exits.ts";
import { documentOf, line, whole } from "../print/json.ts";
import { paintFor } from "../print/paint.ts";
import { type Ended, lend } from "../work/with-bus.ts";
import { type Known, whoamiText } from "./whoami-text.ts";

const mayOf = (identified: Identified | undefined, { requester }: Connection): Known["may"] => {
  if (identified === undefined) return undefined;
  return identified.limits === undefined ? "anything" : abilitiesOf(identified.limits, requester);
};

const contentOf = ({ connection, inspection, identified, may }: Known): object =>
  whole({
    ...{ server: inspection.server, account: identified?.account },
    user: identified?.user ?? inspection.shown,
    ...{ requester: connection.requester, from: connection.origins, not_used: connection.passedOver },
    may,
  });

const print = ({ stdout, env }: CliEnv, form: OutputForm, known: Known): void => {
  if (form === "json") stdout.write(documentOf("WhoAmI", contentOf(known)));
  else if (form === "ndjson")
    stdout.write(line({ type: "result", apiVersion: "hd/v1", kind: "WhoAmI", ...contentOf(known) }));
  else {
    const width = stdout.isTTY ? stdout.size().columns : undefined;
    stdout.write(whoamiText(known, { paint: paintFor(stdout, env), width }));
  }
};

export const whoami = (cli: CliEnv, connection: Connection, form: OutputForm): Promise<Ended> =>
  lend(cli.inspect(connection), async (inspection) => {
    const asked = await inspection.whoAmI()();
    if (isLeft(asked)) return asked;
    const identified = asked.right;
    print(cli, form, { connection, inspection, identified, may: mayOf(identified, connection) });
    return right(exits.done);
  });
