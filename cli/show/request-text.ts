/** `hd show` for people: the request, with every option that makes a difference to what the hosts do. */
import { isLeft } from "fp-ts/lib/Either.js";
import { shortAddress } from "../../lib/contract/address.ts";
import type { RequestBody } from "../../lib/contract/request-body.ts";
import type { InputOf } from "../../lib/contract/route.ts";
import type { deploy } from "../../lib/contract/routes/deploy.ts";
import type { RequestRecord } from "../../streams/records.ts";
import type { ReplayChain } from "../../streams/replay-chain.ts";
import { age, clock, timestamp, untilText } from "../print/age.ts";
import { type AskedBy, askedByText } from "../print/asked-by.ts";
import { names } from "../print/names.ts";
import type { Paint } from "../print/paint.ts";
import { chainText } from "./chain-text.ts";
import { field } from "./field.ts";

const atOf = (instant: string | undefined): number | undefined =>
  instant === undefined ? undefined : Date.parse(instant);

const moment = (instant: string | undefined): string | undefined =>
  instant === undefined ? undefined : timestamp(Date.parse(instant));

/** Only what differs from a plain deployment. */
const cautions = ({ rollback, tolerate_units: units }: InputOf<typeof deploy>): readonly string[] => [
  ...field("rollback", rollback ? undefined : "none: the new system stays as it is, also when it is not healthy"),
  ...field("tolerates", units.length === 0 ? undefined : `that these units fail: ${names(units)}`),
];

const bodyText = ({ route, input }: RequestBody, place: string): readonly string[] => {
  switch (route) {
    case "deploy":
      return [
        ...field("action", input.action),
        ...field("revision", input.revision),
        ...field("reason", input.reason),
        ...field(
          "confirmed",
          input.confirmed === undefined ? undefined : `by ${input.confirmed}, as the requester says`,
        ),
        ...field("expires", moment(input.expires_at)),
        ...field("built in", input.build_request),
        ...field("if current", input.if_current),
        ...cautions(input),
      ];
    case "cancel":
      return [
        ...field("asks for", `the end of request ${input.request}, where it is not activated yet`),
        ...field("reason", input.reason),
        ...field("expires", moment(input.expires_at)),
      ];
    case "freeze":
      return [
        ...field("asks for", `no deployment on ${place} ${untilText(atOf(input.until))}`),
        ...field("reason", input.reason),
      ];
    case "unfreeze":
      return [...field("asks for", `the end of the freeze of ${place}`), ...field("reason", input.reason)];
  }
};

const byOf = (requester: RequestRecord["requester"], { route, input }: RequestBody): AskedBy =>
  route === "deploy"
    ? { requester, onBehalfOf: input.on_behalf_of, client: input.client, tool: input.tool }
    : { requester };

/** Whatever came of it: that stands in the hosts' records. */
const cancelText = ({ id, atMs, requester, body }: RequestRecord): string => {
  const reason = isLeft(body) ? undefined : body.right.input.reason;
  return `${id} by ${requester}, ${clock(atMs)}${reason === undefined ? "" : `: ${reason}`}`;
};

export interface RequestTextOptions {
  readonly paint: Paint;
  readonly nowMs: number;
  readonly cancels: readonly RequestRecord[];
  readonly chain: ReplayChain;
}

export const requestText = (
  { id, seq, atMs, requester, address, verb, body }: RequestRecord,
  { paint, nowMs, cancels, chain }: RequestTextOptions,
): readonly string[] => {
  const place = shortAddress(address);
  return [
    paint.bold(`request ${id}`),
    ...field("target", `${place} (${address})`),
    ...field("requester", isLeft(body) ? requester : askedByText(byOf(requester, body.right))),
    ...field("sent", `${timestamp(atMs)} (${age(atMs, nowMs)}), at ${seq} in the log`),
    ...field("override", verb === "override" ? "in spite of a freeze" : undefined),
    ...(isLeft(body) ? field("unreadable", body.left) : bodyText(body.right, place)),
    ...chainText(chain),
    ...cancels.flatMap((cancel) => field("cancel", cancelText(cancel))),
    "",
  ];
};
