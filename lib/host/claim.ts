/**
 * Who runs a job: a file that can be made once. The job makes it before anything else, so a job that is started twice
 * runs once; a listener that gives a job up makes it in the job's place, so that a late start finds the door shut.
 */
import { join } from "node:path";
import type { RequestId } from "../contract/values.ts";
import { makeHolderFile, type ProcessIdentity, readHolder } from "./holder-file.ts";

const claimFile = (dir: string, id: RequestId): string => join(dir, `${id}.run`);

/** False: someone has claimed it. */
export const claim = (dir: string, id: RequestId, holder: ProcessIdentity): Promise<boolean> =>
  makeHolderFile(claimFile(dir, id), holder);

/** `none`: nobody has claimed it. `unreadable`: a crash tore the claim, so its holder is gone. */
export const claimant = (dir: string, id: RequestId): ReturnType<typeof readHolder> => readHolder(claimFile(dir, id));
