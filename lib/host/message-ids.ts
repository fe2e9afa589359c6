/**
 * Message ids by a secret of the host: `<request id>:<host>:<sequence>:<which>:<code>`, where only the host can compute the
 * code. The secret lives in the state folder, beside the journals whose responses it names, and is worth nothing elsewhere.
 */
import { createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { HostName, Requester } from "../contract/names.ts";
import type { MessageIds } from "../router/message-ids.ts";
import { createFile, syncDirectory, syncFile } from "./durable.ts";

const secretLength = 32;
/** 72 bits: too many to try, and an id costs the log its length. */
const codeLength = 12;

/** Throws when the folder cannot be written, or holds something else under that name. */
export const hostSecret = async (root: string): Promise<Buffer> => {
  const file = join(root, "secret");
  if (!existsSync(file)) {
    createFile(file, randomBytes(secretLength).toString("hex"));
    await syncFile(file);
    await syncDirectory(root);
  }
  const secret = Buffer.from(readFileSync(file, "utf8"), "hex");
  if (secret.length === secretLength) return secret;
  throw new Error(`${file} does not hold this host's secret; remove it while no deployment is open`);
};

export const messageIds = (speaker: HostName | Requester, secret: Buffer): MessageIds => ({
  of: ({ id, seq }, which) => {
    const name = `${id}:${speaker}:${seq}:${which}`;
    return `${name}:${createHmac("sha256", secret).update(name).digest("base64url").slice(0, codeLength)}`;
  },
});
