/** In which form data goes to stdout: for people, as one JSON document, or as JSON lines. */

import { right } from "fp-ts/lib/Either.js";
import type { Environment } from "../../lib/contract/alias.ts";
import { choice } from "../../lib/contract/codec.ts";
import { textArg } from "./arg-type.ts";
import { defaulted } from "./option.ts";

const OutputForm = choice("OutputForm", ["table", "json", "ndjson"]);
export type OutputForm = "table" | "json" | "ndjson";

export const outputArg = (env: Environment) =>
  defaulted<OutputForm>(
    env,
    {
      long: "output",
      short: "o",
      type: textArg("form", OutputForm),
      about: "table, json (one document) or ndjson (one document a line)",
      shown: "table",
    },
    () => right("table"),
  );
