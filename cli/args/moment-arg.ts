/** A moment on the command line. What a person may write is said in moment.ts; here is only on which side of now it has to be. */
import { isLeft, left } from "fp-ts/lib/Either.js";
import { timestamp } from "../print/age.ts";
import type { ArgType } from "./arg-type.ts";
import { moment } from "./moment.ts";

/** For filters: a moment that is not past yet leaves out nothing, or everything. */
export const momentArg = (now: () => number): ArgType<number> => ({
  name: "moment",
  parse: (text) => moment(text, now(), "past"),
});

/** For questions about what was. */
export const pastArg = (now: () => number): ArgType<number> => ({
  name: "moment",
  parse: (text) => {
    const nowMs = now();
    const atMs = moment(text, nowMs, "past");
    if (isLeft(atMs) || atMs.right <= nowMs) return atMs;
    return left(`must be a moment that is past; ${timestamp(atMs.right)} is to come`);
  },
});

/** For what ends by itself. */
export const untilArg = (now: () => number): ArgType<number> => ({
  name: "moment",
  parse: (text) => {
    const nowMs = now();
    const atMs = moment(text, nowMs, "future");
    if (isLeft(atMs) || atMs.right > nowMs) return atMs;
    return left("must be a moment to come; this one is past");
  },
});
