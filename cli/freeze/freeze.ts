/** `hd freeze` and `hd unfreeze`: a record that every host of an address obeys, also one that is away when it is made. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { RequestBody } from "../../lib/contract/request-body.ts";
import type { CliEnv, Connection } from "../env.ts";
import { untilText } from "../print/age.ts";
import { type ControlArgs, control } from "../work/control.ts";
import { listed, type Meant, meantBy, resolvePlace } from "../work/targets.ts";
import { type Ended, withBus } from "../work/with-bus.ts";

export type FreezeBody = Extract<RequestBody, { readonly route: "freeze" | "unfreeze" }>;

export interface FreezeArgs extends ControlArgs {
  readonly target: string;
  readonly body: FreezeBody;
}

const preface = (body: FreezeBody, meant: Meant, { requester }: Connection): string => {
  if (body.route === "unfreeze") return `lifting the freeze of ${listed(meant)}, as ${requester}\n`;
  const { until } = body.input;
  const end = untilText(until === undefined ? undefined : Date.parse(until));
  return `freezing ${listed(meant)} ${end}, as ${requester}\n`;
};

export const freeze = async (cli: CliEnv, connection: Connection, args: FreezeArgs): Promise<Ended> => {
  const { body, form } = args;
  const addresses = resolvePlace(args.target, cli.env);
  if (isLeft(addresses)) return addresses;
  return withBus(cli, connection, async (bus) => {
    const enrolled = await bus.roster.enrolled()();
    if (isLeft(enrolled)) return enrolled;
    const meant = meantBy(addresses.right, enrolled.right, connection.repeated);
    if (isLeft(meant)) return meant;
    const asking = meant.right.map((one) => ({ ...one, verb: body.route, body }));
    if (form === "table") for (const one of meant.right) cli.stderr.write(preface(body, one, connection));
    return control(cli, connection, bus, asking, args);
  });
};
