/** The command that asks for the same once more: what it leaves out would make it ask for something else. */
import type { InputOf } from "../../lib/contract/route.ts";
import type { deploy } from "../../lib/contract/routes/deploy.ts";
import { shellQuoted } from "../print/shell-quoted.ts";
import { orderOf, type Watched } from "./watched.ts";

type Order = InputOf<typeof deploy>;

const optionsOf = ({ if_current: current, rollback, tolerate_units: units }: Order): string =>
  [
    current === undefined ? "" : ` --if-current ${current}`,
    rollback ? "" : " --no-rollback",
    ...units.map((unit) => ` --tolerate-unit ${shellQuoted(unit)}`),
  ].join("");

/** `anyway`: in spite of a freeze, which needs a reason. */
const reasonOf = ({ reason }: Order, anyway: boolean): string => {
  if (reason !== undefined) return ` --reason ${shellQuoted(reason)}`;
  return anyway ? " --reason TEXT" : "";
};

/** `undefined`: what was asked for is not known, or was no deployment. */
export const again = (watched: Watched, place: string, anyway = watched.verb === "override"): string | undefined => {
  const order = orderOf(watched);
  if (order === undefined) return undefined;
  const action = order.action === "switch" ? "" : ` --action ${order.action}`;
  const options = `${action}${optionsOf(order)}${anyway ? " --override-freeze" : ""}${reasonOf(order, anyway)}`;
  return `hd deploy ${place} --revision ${order.revision}${options}${watched.repeated}`;
};
