/** Writes what follows from a fleet file, and says what it wrote. */
import { join, resolve } from "node:path";
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import type { Environment } from "../../lib/contract/alias.ts";
import type { Failure } from "../../lib/contract/failure.ts";
import type { Fleet, PublicKeys } from "../../lib/contract/fleet.ts";
import type { ContextPlace } from "../../lib/fleet/contexts.ts";
import { type FleetTools, type Generated, generate, type Order } from "../../lib/fleet/generate.ts";
import { serverSettings } from "../../lib/server/conf.ts";
import { fleetConf } from "../../lib/server/fleet-conf.ts";
import { renderConf, renderNix } from "../../lib/server/render.ts";
import type { OutputForm } from "../args/output-arg.ts";
import type { CliEnv } from "../env.ts";
import { writeGenerated } from "./generated-text.ts";

export interface MakeArgs {
  readonly contextDir: string | undefined;
  readonly form: OutputForm;
}

const isAbsolute = (path: string | undefined): path is string => path?.startsWith("/") === true;

/** As the XDG rules have it, a path that is not whole does not count. */
const configFolder = ({ XDG_CONFIG_HOME: xdg, HOME: home }: Environment): string | undefined => {
  if (isAbsolute(xdg)) return xdg;
  return isAbsolute(home) ? join(home, ".config") : undefined;
};

/** A context is selected only where the `nats` tool looks for it. */
const contextPlace = (cli: CliEnv, given: string | undefined): ContextPlace | undefined => {
  if (given !== undefined) return { dir: resolve(given), select: undefined };
  const folder = configFolder(cli.env);
  return folder === undefined ? undefined : { dir: join(folder, "nats", "context"), select: cli.loginName() };
};

const toolsOf = async (cli: CliEnv): Promise<FleetTools> => ({
  ...(await cli.keyMaker()),
  render: (fleet: Fleet, publicKeys: PublicKeys) => {
    const settings = serverSettings(fleetConf(fleet, publicKeys));
    return { conf: renderConf(settings), nix: renderNix(settings) };
  },
});

export const make = async (
  cli: CliEnv,
  { contextDir, form }: MakeArgs,
  order: Omit<Order, "contexts">,
): Promise<Either<Failure, Generated>> => {
  const generated = await generate(await toolsOf(cli), { ...order, contexts: contextPlace(cli, contextDir) });
  if (isLeft(generated)) return generated;
  writeGenerated(cli, form, generated.right);
  return generated;
};
