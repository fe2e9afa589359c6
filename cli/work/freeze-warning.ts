/** Says before a deployment is sent that a freeze stands in its way, as far as the log knows. The hosts decide. */
import { isLeft } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../lib/contract/address.ts";
import type { LogReader } from "../../lib/router/ports.ts";
import { freezesAt, type KnownFreeze } from "../../streams/freezes.ts";
import { firstLine } from "../follow/watched.ts";
import { untilText } from "../print/age.ts";
import type { Order } from "./order.ts";

const line = ({ address, by, reason, untilMs }: KnownFreeze): string =>
  `${shortAddress(address)} is frozen by ${by} ${untilText(untilMs)}: ${firstLine(reason)}\n`;

const advice = "the hosts refuse what is frozen; to deploy all the same give --override-freeze and --reason\n";
const inSpite = "it is asked for in spite of that\n";
const harmless = "dry-activate changes nothing, so the hosts take it all the same\n";

interface Plan {
  readonly nowMs: number;
  readonly override: boolean;
}

const consequence = (orders: readonly Order[], { override }: Plan): string => {
  if (orders.every(({ body }) => body.input.action === "dry-activate")) return harmless;
  return override ? inSpite : advice;
};

/** Empty: nothing stands in the way. */
export const freezeWarning = async (
  log: Pick<LogReader, "last">,
  orders: readonly Order[],
  plan: Plan,
): Promise<string> => {
  const addresses = orders.flatMap(({ address, hosts }) => [address, ...hosts.flatMap((host) => host.addresses)]);
  const found = await freezesAt(log, addresses, plan.nowMs)();
  // Whoever may not look is told by the hosts.
  if (isLeft(found) || found.right.length === 0) return "";
  return `${found.right.map(line).join("")}${consequence(orders, plan)}`;
};
