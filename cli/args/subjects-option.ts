/** Which subjects a host serves: the same words for its listener and for its place in the log, or they do not meet. */
import { defaultTemplates } from "../../lib/contract/template.ts";
import { plainArg } from "./arg-type.ts";
import type { OptionSpec } from "./option.ts";

export const subjectsOption: OptionSpec<string> = {
  long: "deploy-subject",
  type: plainArg("template"),
  about: "template of a subject that a host serves, with <hostname>, <tier> and <role>; repeat it for more",
  env: ["HOMELAB_DEPLOY_DEPLOY_SUBJECT"],
  shown: defaultTemplates.join(", "),
};
