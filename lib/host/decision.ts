/**
 * Whether a request is activated or cancelled: a file that can be made once, so that of a job that is about to activate and a
 * listener that is told to cancel exactly one has its way. Nothing is activated without it, and what it says never changes.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { choice } from "../contract/codec.ts";
import { Requester } from "../contract/names.ts";
import { type Decoded, optional, required, struct } from "../contract/struct.ts";
import { Reason, type RequestId, Sequence } from "../contract/values.ts";
import { createFile, syncDirectory, syncFile } from "./durable.ts";

const Decision = struct("decision", {
  kind: required(choice("DecisionKind", ["activate", "cancel"]), "what becomes of the request"),
  by: optional(Requester, "who asked for it to be cancelled"),
  seq: optional(Sequence, "the sequence of the request to cancel it"),
  reason: optional(Reason, "why"),
});
export type Decision = Decoded<typeof Decision.fields>;

/** Where it stands. */
export const decisionFile = (dir: string, id: RequestId): string => join(dir, `${id}.decision`);

const parsed = (contents: string): unknown => {
  try {
    return JSON.parse(contents);
  } catch {
    return undefined;
  }
};

/** `undefined`: none has been made. One that cannot be read was torn by a crash, and nobody can tell: it cancels. */
export const decisionOf = (dir: string, id: RequestId): Decision | undefined => {
  try {
    const decision = Decision.lenient(parsed(readFileSync(decisionFile(dir, id), "utf8")));
    return isLeft(decision) ? { kind: "cancel" } : decision.right;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
};

/** Makes the decision if none has been made, durably. What comes back is the one that holds. Rejects when the disk refuses. */
export const decide = async (dir: string, id: RequestId, decision: Decision): Promise<Decision> => {
  const file = decisionFile(dir, id);
  const draft = `${file}.${randomUUID()}`;
  try {
    createFile(draft, `${JSON.stringify(decision)}\n`);
    await syncFile(draft);
    await link(draft, file);
    await syncDirectory(dirname(file));
    return decision;
  } catch (error) {
    const made = decisionOf(dir, id);
    if (made === undefined) throw error;
    return made;
  } finally {
    await rm(draft, { force: true });
  }
};
