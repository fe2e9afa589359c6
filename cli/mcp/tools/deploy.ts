/** Deploys where no person has to say anything; elsewhere it stores what is wanted for a person, or points to the other tool. */
import { isLeft } from "fp-ts/lib/Either.js";
import { struct } from "../../../lib/contract/struct.ts";
import { carry } from "../deploying/carry.ts";
import { outcomeFields, outcomeText } from "../deploying/outcome.ts";
import { deployFields, wantedBy } from "../deploying/wanted.ts";
import { tool } from "../tool.ts";

export const deploy = tool({
  name: "deploy",
  title: "Deploy in the test tier",
  description:
    "Deploys a revision of the flake on hosts of the test tier, and watches for up to `seconds`. The deployment goes on by itself: " +
    "watch on with deployment_wait. For hosts of other tiers nothing is sent: it is stored for a person to approve. " +
    "Name hosts by one of targets, hostname, role or all. Calling it again while the same goes on gives the same id.",
  need: "deploy",
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: struct("arguments of deploy", deployFields),
  output: struct("answer of deploy", outcomeFields),
  run: (args, context) => async () => {
    const { identity, admin } = context;
    const enrolled = await identity.bus.roster.enrolled()();
    if (isLeft(enrolled)) return enrolled;
    const wanted = wantedBy(args, enrolled.right, context);
    if (isLeft(wanted)) return wanted;
    const how = { sendsEverywhere: false, isOther: admin !== undefined, watchMs: args.seconds * 1_000 };
    return carry({ identity, context, ...how }, wanted.right);
  },
  text: outcomeText,
});
