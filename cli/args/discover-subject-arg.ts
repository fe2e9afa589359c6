/** The subject of the question who is there: listeners and whoever asks them have to agree on it. */
import { right } from "fp-ts/lib/Either.js";
import { text } from "../../lib/contract/codec.ts";
import { discover } from "../../lib/contract/routes/discover.ts";
import type { CliEnv } from "../env.ts";
import { textArg } from "./arg-type.ts";
import { defaulted } from "./option.ts";

const Subject = text("Subject", {
  pattern: /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/,
  maxLength: 255,
  sentence: "a subject without wildcards, such as deploy.discover",
});

const [usual] = discover.address;

export const discoverSubjectArg = ({ env }: CliEnv) =>
  defaulted<string>(
    env,
    {
      long: "discover-subject",
      type: textArg("subject", Subject),
      about: "subject of the question who is there",
      env: ["HOMELAB_DEPLOY_DISCOVER_SUBJECT"],
      shown: usual,
    },
    () => right(usual),
  );
