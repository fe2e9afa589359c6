/** The hosts of the fleet, by their names. */
import { fleet } from "../../../cli/up/fleet.ts";

export const hostNames = fleet.map(({ hostname }) => hostname);
