/**
 * What may speak against a deployment before anything of the host is asked. None of it depends on the order in which requests
 * arrive, and the time is that of the log: the clock of a host may be wrong by hours.
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { shortAddress } from "../lib/contract/address.ts";
import { type Failure, failure } from "../lib/contract/failure.ts";
import { type HostName, unnamed } from "../lib/contract/names.ts";
import type { Request } from "../lib/contract/route.ts";
import type { deploy } from "../lib/contract/routes/deploy.ts";
import { instant, isBlank, type RequestId } from "../lib/contract/values.ts";
import type { Decision } from "../lib/host/decision.ts";
import type { Freezes, Held } from "../lib/host/freezes.ts";
import { type JudgingEnv, timeOf } from "./judging.ts";

export interface ChecksEnv extends Pick<JudgingEnv, "host" | "logNow"> {
  /** How long a request without an expiry of its own may wait in the log. */
  readonly queueMs: number;
  readonly decisionOf: (id: RequestId) => Decision | undefined;
  readonly freezes: Pick<Freezes, "inForce">;
}

type DeployRequest = Request<typeof deploy>;

/** Left: why not. */
type Checked<C extends Failure["code"]> = Either<Failure<C>, void>;

const fine = right(undefined);

/** Whoever overrides a freeze says why, and is somebody. */
export const mayOverride = ({
  id,
  verb,
  requester,
  input,
}: DeployRequest): Checked<"invalid_request" | "unauthorized"> => {
  if (verb !== "override") return fine;
  if (requester === unnamed)
    return left(
      failure("unauthorized", `Request ${id} came without a name, and nobody without one overrides a freeze.`),
    );
  return isBlank(input.reason)
    ? left(failure("invalid_request", `Request ${id} overrides a freeze and does not say why: give a reason.`))
    : fine;
};

export const notCancelled = ({ id }: DeployRequest, { decisionOf, host }: ChecksEnv): Checked<"cancelled"> => {
  const decision = decisionOf(id);
  if (decision?.kind !== "cancel") return fine;
  const { by, reason } = decision;
  const who = by === undefined ? "" : ` by ${by}`;
  const why = reason === undefined ? "" : ` (${reason})`;
  const message = `Request ${id} was cancelled${who}${why} before ${host.hostname} began with it. Nothing was done.`;
  return left({ ...failure("cancelled", message), by });
};

const expiryOf = ({ input, atMs }: DeployRequest, queueMs: number): string =>
  input.expires_at ?? instant(atMs + queueMs);

export const fresh = (request: DeployRequest, env: ChecksEnv): Checked<"expired"> => {
  const expiry = expiryOf(request, env.queueMs);
  if (timeOf(env, request) <= Date.parse(expiry)) return fine;
  return left(
    failure(
      "expired",
      `Request ${request.id} expired at ${expiry}, before this host read it. Nothing was done; deploy again if it is still wanted.`,
    ),
  );
};

export const newest = ({ id, newer }: DeployRequest, { host }: ChecksEnv): Checked<"superseded"> =>
  newer === undefined
    ? fine
    : left(
        failure(
          "superseded",
          `${host.hostname} took the newer request ${newer} while request ${id} waited. Nothing was done; see \`hd show ${newer}\`.`,
        ),
      );

/** As a clause in one line, whatever the reason holds. */
export const frozenBy = ({ address, by, reason, until, configured }: Held): string => {
  if (configured === true) return `its own configuration says so (${(reason ?? "").replace(/\s+/g, " ")})`;
  const end = until === undefined ? "until it is lifted" : `until ${until}`;
  return `${by} froze ${shortAddress(address)} ${end}${reason === undefined ? "" : ` (${reason.replace(/\s+/g, " ")})`}`;
};

const frozenByItself = (hostname: HostName, { reason = "" }: Held): string =>
  `${hostname} takes no deployment by its own configuration (${reason.replace(/\s+/g, " ")}). Nothing was done. Deploy with --override-freeze and a --reason if you may, such as a configuration that takes them again.`;

/** What changes nothing on a host is no deployment that a freeze is for. */
export const notFrozen = ({ verb, input }: DeployRequest, { freezes, host }: ChecksEnv): Checked<"frozen"> => {
  if (verb === "override" || input.action === "dry-activate") return fine;
  const held = freezes.inForce();
  if (held._tag === "Left") return left(failure("frozen", held.left));
  const [first] = held.right;
  if (first === undefined) return fine;
  if (first.configured === true) return left(failure("frozen", frozenByItself(host.hostname, first)));
  const lift = `\`hd unfreeze ${shortAddress(first.address)}\` lifts it`;
  return left(
    failure(
      "frozen",
      `${host.hostname} takes no deployment: ${frozenBy(first)}. Nothing was done. Wait, or deploy with --override-freeze and a --reason if you may; ${lift}.`,
    ),
  );
};
