/** Whether what a person was shown is still so: they take their time, and the log and the roster do not wait. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { failure } from "../../../lib/contract/failure.ts";
import type { Enrolled } from "../../../lib/router/ports.ts";
import { hostsAt } from "../../../streams/roster.ts";
import type { Identity, ToolFailure } from "../tool.ts";
import { type Before, wishedAs } from "./again.ts";
import type { Again } from "./keep.ts";

const changed: ToolFailure = {
  ...failure("too_late", "Nothing was sent: what it comes to has changed while the person was asked."),
  hint: "Look at the wish with deployments_list and at the hosts with hosts_list, and ask the person before asking again.",
};

const mark = (before: Before | undefined): string => {
  if (before === undefined) return "";
  return `${before.kind} ${before.kind === "sent" ? before.request.id : before.wish.wish.id}`;
};

/** The same hosts, and of the same tiers. */
const sameMeant = (enrolled: readonly Enrolled[], { order: { address, hosts } }: Again): boolean => {
  const now = hostsAt(enrolled, address);
  const told = (all: readonly Enrolled[]) => all.map((one) => `${one.hostname} ${[...one.addresses].sort()}`).sort();
  return told(now).join("\n") === told(hosts).join("\n");
};

/** Left: it is not. */
export const stillSo = async (
  identity: Identity,
  all: readonly Again[],
  nowMs: number,
): Promise<Either<ToolFailure, undefined>> => {
  const enrolled = await identity.bus.roster.enrolled()();
  if (isLeft(enrolled)) return enrolled;
  for (const one of all) {
    if (!sameMeant(enrolled.right, one)) return left(changed);
    const before = await wishedAs(identity, one, nowMs);
    if (isLeft(before)) return before;
    if (mark(before.right) !== mark(one.before)) return left(changed);
  }
  return right(undefined);
};
