/**
 * The ids of requests. A ULID sorts by the time it was made, so the ids of a day stand together in any list; it comes from
 * the requester's clock and proves nothing.
 */
import { ulid } from "ulid";
import type { RequestId } from "../contract/values.ts";

export const newId = (): RequestId => ulid() as RequestId;
