/** When an id was made, if it is one of ours: by the requester's clock, so it is a hint where to look and proves nothing. */
import { decodeTime } from "ulid";
import type { RequestId } from "../contract/values.ts";

/** Crockford's base 32; the first letter of a time that fits is at most 7. */
const ulidForm = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Milliseconds since the epoch; `undefined`: an id of another kind. */
export const idTimeMs = (id: RequestId): number | undefined => (ulidForm.test(id) ? decodeTime(id) : undefined);
