/** How full the log is, for people: how much it holds, how fast it grows, and when it will be full. */
import type { Room } from "../../streams/room.ts";
import { timestamp } from "./age.ts";

const [kib, mib, gib] = [1024, 1024 ** 2, 1024 ** 3];

/** `0.4 MiB`, `12 GiB`: two digits are enough to plan by. */
const sizeText = (bytes: number): string => {
  const [unit, name] = bytes < mib / 10 ? [kib, "KiB"] : bytes < 10 * gib ? [mib, "MiB"] : [gib, "GiB"];
  const amount = bytes / unit;
  return `${amount.toFixed(amount < 10 ? 1 : 0)} ${name}`;
};

/** Full, when there is room for one of the largest records no more, is not a hundred percent. */
export const shareText = ({ usedBytes, maxBytes, share }: Room): string =>
  maxBytes === undefined
    ? `${sizeText(usedBytes)} used, without a bound`
    : `${Math.round(share * 100)} % of ${sizeText(maxBytes)} used`;

/** A clause; `undefined`: it is too early to say. */
export const growthText = ({ bytesPerDay, fullAtMs }: Room): string | undefined => {
  if (bytesPerDay === undefined) return undefined;
  const full = fullAtMs === undefined ? "" : `, full about ${timestamp(fullAtMs).slice(0, 10)} at this rate`;
  return `${sizeText(bytesPerDay)} more each day${full}`;
};

/** What whoever runs the fleet can do, and nobody else. */
export const moreRoom =
  "A full log takes no request. Raise its bound (max_log in the fleet file, or `hd streams apply --update --max-bytes`), as far as the disk goes.";
