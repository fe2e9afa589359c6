/** What hosts announced last. Without it everything else is told all the same, so that there is none is only said. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Bus, Enrolled, Stored } from "../../lib/router/ports.ts";

const noBucket = "no last seen: this log has no bucket of presences yet; make it with: hd streams apply";

export const announcedBy = async (
  { presences }: Pick<Bus, "presences">,
  hosts: readonly Enrolled[],
  say: (sentence: string) => void,
): Promise<readonly Stored[]> => {
  const found = await presences.of(hosts.map(({ hostname }) => hostname))();
  if (isLeft(found)) say(`no last seen: ${found.left.message}`);
  else if (found.right === undefined) say(noBucket);
  return isLeft(found) ? [] : (found.right ?? []);
};
