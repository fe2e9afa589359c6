/** Deploys in every tier, by a key of its own; outside the tiers that need nobody's word, the person is asked. */
import { isLeft, left } from "fp-ts/lib/Either.js";
import { failure } from "../../../lib/contract/failure.ts";
import { struct } from "../../../lib/contract/struct.ts";
import { carry } from "../deploying/carry.ts";
import { outcomeFields, outcomeText } from "../deploying/outcome.ts";
import { deployFields, wantedBy } from "../deploying/wanted.ts";
import { tool } from "../tool.ts";

const noKey = failure("unauthorized", "There is no key for this: hd mcp was not started with --enable-admin.");

export const deployAdmin = tool({
  name: "deploy_admin",
  title: "Deploy in any tier",
  description:
    "Deploys a revision of the flake on hosts of any tier. Outside the test tier the person is asked first, in a form of the client; " +
    "where that is not possible it is stored until a person runs hd approve. What is declined is final. " +
    "Prefer deploy for the test tier. Name hosts by one of targets, hostname, role or all.",
  need: "admin",
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: struct("arguments of deploy_admin", deployFields),
  output: struct("answer of deploy_admin", outcomeFields),
  run: (args, context) => async () => {
    const admin = await context.admin?.();
    if (admin === undefined) return left(noKey);
    if (isLeft(admin)) return admin;
    const identity = admin.right;
    const enrolled = await identity.bus.roster.enrolled()();
    if (isLeft(enrolled)) return enrolled;
    const wanted = wantedBy(args, enrolled.right, context);
    if (isLeft(wanted)) return wanted;
    const how = { sendsEverywhere: true, isOther: false, watchMs: args.seconds * 1_000 };
    return carry({ identity, context, ...how }, wanted.right);
  },
  text: outcomeText,
});
