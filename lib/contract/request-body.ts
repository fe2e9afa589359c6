/**
 * What a request asks for: its body, decoded by the route of the verb that stands behind its address. Hosts, readers of the
 * log and those who check signatures all decode it here, so that nobody takes a request for another one than the rest do.
 */
import { type Either, map } from "fp-ts/lib/Either.js";
import type { InputOf } from "./route.ts";
import { cancel } from "./routes/cancel.ts";
import { deploy } from "./routes/deploy.ts";
import { freeze } from "./routes/freeze.ts";
import { unfreeze } from "./routes/unfreeze.ts";
import type { Verb } from "./values.ts";

/** A deployment in spite of a freeze is one like any other: only its verb tells. */
export type RequestBody =
  | { readonly route: "deploy"; readonly input: InputOf<typeof deploy> }
  | { readonly route: "cancel"; readonly input: InputOf<typeof cancel> }
  | { readonly route: "freeze"; readonly input: InputOf<typeof freeze> }
  | { readonly route: "unfreeze"; readonly input: InputOf<typeof unfreeze> };

/** Left: why the body is none, each as `field: must be …`. */
export const requestBody = (verb: Verb | undefined, value: unknown): Either<readonly string[], RequestBody> => {
  switch (verb) {
    case "cancel":
      return map((input: InputOf<typeof cancel>) => ({ route: "cancel" as const, input }))(cancel.input.lenient(value));
    case "freeze":
      return map((input: InputOf<typeof freeze>) => ({ route: "freeze" as const, input }))(freeze.input.lenient(value));
    case "unfreeze":
      return map((input: InputOf<typeof unfreeze>) => ({ route: "unfreeze" as const, input }))(
        unfreeze.input.lenient(value),
      );
    default:
      return map((input: InputOf<typeof deploy>) => ({ route: "deploy" as const, input }))(deploy.input.lenient(value));
  }
};
