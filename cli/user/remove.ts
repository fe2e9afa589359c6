/** `hd user remove`: out of the fleet file, the server's users and the keys that listeners trust. What was done stays in the log. */
import { isLeft, right } from "fp-ts/lib/Either.js";
import type { Requester } from "../../lib/contract/names.ts";
import { removeMember } from "../../lib/fleet/edit.ts";
import type { CliEnv } from "../env.ts";
import { exits } from "../exits.ts";
import { changeFleet, type Edit } from "../fleet/change.ts";
import { found } from "../fleet/known.ts";
import { changeSteps, steps } from "../fleet/steps.ts";
import type { Ended } from "../work/with-bus.ts";
import type { UserArgs } from "./add.ts";

const removing =
  (name: Requester): Edit =>
  ({ text, fleet }) => {
    const user = found(fleet.users, (one) => one.name, "person or service", name);
    if (isLeft(user)) return user;
    return right({ text: removeMember(text, user.right.kind === "person" ? "people" : "services", name) });
  };

export const remove = async (cli: CliEnv, name: Requester, args: UserArgs): Promise<Ended> => {
  const changed = await changeFleet(cli, args, removing(name));
  if (isLeft(changed)) return changed;
  cli.stderr.write(steps(changeSteps(changed.right)));
  return right(exits.done);
};
