/** Who asked, for people: the requester, whom NATS vouches for, and behind `for` what only the requester says. */
import { oneLine } from "./one-line.ts";

export interface AskedBy {
  readonly requester?: string | undefined;
  /** Who wished for it. */
  readonly onBehalfOf?: string | undefined;
  readonly client?: string | undefined;
  readonly tool?: string | undefined;
}

const longestClient = 40;

/** `alice for claude in claude-code 2.1.76 (deploy)` */
export const askedByText = ({ requester = "", onBehalfOf, client, tool }: AskedBy): string => {
  const program = client === undefined ? undefined : oneLine(client, longestClient);
  const whom = [onBehalfOf, program].filter((one) => one !== undefined).join(" in ");
  return `${requester}${whom === "" ? "" : ` for ${whom}`}${tool === undefined ? "" : ` (${tool})`}`;
};
