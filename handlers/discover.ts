/** `deploy.discover`: says who this host is and what it is doing. */
import * as TE from "fp-ts/lib/TaskEither.js";
import type { HostInfo } from "../lib/contract/host-info.ts";
import type { Handler } from "../lib/contract/route.ts";
import type { discover } from "../lib/contract/routes/discover.ts";

export interface DiscoverEnv {
  readonly about: () => HostInfo;
}

export const handleDiscover: Handler<typeof discover, DiscoverEnv> = (_request, { about }) =>
  TE.right({ answer: about() });
