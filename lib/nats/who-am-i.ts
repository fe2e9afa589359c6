/** Asks the server who it takes this client for. What it answers is decoded like anything else from the wire. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { errors } from "nats";
import { list, prose } from "../contract/codec.ts";
import { type Failure, failure } from "../contract/failure.ts";
import { optional, required, struct } from "../contract/struct.ts";
import type { Limits, Rules } from "../contract/subject-rules.ts";
import { Instant } from "../contract/values.ts";
import type { Clocks, Identified } from "../router/inspection.ts";
import { troubleOf } from "./failures.ts";
import type { Link } from "./link.ts";

const subject = "$SYS.REQ.USER.INFO";
const timeoutMs = 2_000;

const Word = prose("Word", 1_000);
const Subjects = list(Word, 100_000);

const identity = struct("Identity", {
  user: optional(Word, "its name or key"),
  account: required(Word, "its account"),
});
const clock = struct("Clock", { time: required(Instant, "when the server answered") });
const rules = struct("Rules", { allow: optional(Subjects, "allowed"), deny: optional(Subjects, "denied") });

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : undefined;

/** A side that is not there is one without rules. */
const rulesOf = (value: unknown): Rules | undefined => {
  const found = rules.lenient(value ?? {});
  return isLeft(found) ? undefined : { allow: found.right.allow, deny: found.right.deny ?? [] };
};

const limitsOf = (permissions: unknown): Limits | undefined => {
  const [publish, subscribe] = [rulesOf(fieldOf(permissions, "publish")), rulesOf(fieldOf(permissions, "subscribe"))];
  return publish === undefined || subscribe === undefined ? undefined : { publish, subscribe };
};

/** A token is shown in its place as a word in brackets, by servers that know better than to show it. */
const userOf = (user = ""): string | undefined => (user === "" || user.startsWith("[") ? undefined : user);

const clocksOf = (server: unknown, hereMs: number): Clocks | undefined => {
  const found = clock.lenient(server);
  return isLeft(found) ? undefined : { serverMs: Date.parse(found.right.time), hereMs };
};

/** `undefined`: it is not what a server says. */
const identifiedOf = (answer: unknown, hereMs: number): Identified | undefined => {
  const data = fieldOf(answer, "data");
  const [found, permissions] = [identity.lenient(data), fieldOf(data, "permissions")];
  const limits = limitsOf(permissions);
  if (isLeft(found) || (permissions !== undefined && limits === undefined)) return undefined;
  return {
    user: userOf(found.right.user),
    account: found.right.account,
    limits: permissions === undefined ? undefined : limits,
    clocks: clocksOf(fieldOf(answer, "server"), hereMs),
  };
};

/** The server is asked on a subject of its own, which permissions may leave out. */
const mayNotAsk = (thrown: unknown): boolean => {
  const error = thrown instanceof errors.RequestError ? thrown.cause : thrown;
  return error instanceof errors.PermissionViolationError && error.operation === "publish";
};

const silent = failure("unreachable", "The server does not say who it takes this client for. Try again in a moment.");

const strange = failure("internal", "The server says who it takes this client for in a form that hd does not know.");

type Answer = Either<Failure, Identified | undefined>;

const refused = (thrown: unknown): Answer => {
  if (mayNotAsk(thrown)) return right(undefined);
  if (thrown instanceof SyntaxError) return left(strange);
  const { failure: met } = troubleOf(thrown);
  return left(met.code === "unauthorized" ? met : silent);
};

/** `undefined`: the identity may not ask. */
export const whoAmI =
  ({ nc, whileUp }: Pick<Link, "nc" | "whileUp">): TaskEither<Failure, Identified | undefined> =>
  async () => {
    const beforeMs = Date.now();
    try {
      const answer = await whileUp(nc.request(subject, "", { timeout: timeoutMs }));
      const identified = identifiedOf(answer.json(), (beforeMs + Date.now()) / 2);
      return identified === undefined ? left(strange) : right(identified);
    } catch (thrown) {
      return refused(thrown);
    }
  };
