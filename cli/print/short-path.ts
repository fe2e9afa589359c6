/** A path in the store as a person tells it from others: enough of its hash, and its name. `hd show` has all of it. */
import type { StorePath } from "../../lib/contract/values.ts";

const store = "/nix/store/";
const [hashLength, shownLength] = [32, 8];

export const shortPath = (path: StorePath): string => {
  const rest = path.slice(store.length);
  return rest.slice(0, shownLength) + rest.slice(hashLength);
};
