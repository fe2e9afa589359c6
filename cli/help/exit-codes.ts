/** `hd help exit-codes`: what a script can rely on. */
import { failures } from "../../lib/contract/failure.ts";
import { wrap } from "../print/wrap.ts";

const meanings: ReadonlyMap<number, string> = new Map([
  [
    0,
    "done; for deploy and watch: every host completed; for build: every host is built; for cancel: nobody is at it any more",
  ],
  [
    1,
    "a host failed or rejected the request, it was too late to cancel it, a check of hd doctor failed, or hd itself broke",
  ],
  [2, "the command line or the request is wrong; nothing was sent"],
  [3, "hd streams diff: there are differences"],
  [4, "not allowed: the key cannot be used, or the server refuses it"],
  [5, "NATS or the log cannot be reached"],
  [7, "the wait ended first: a host is still at it, or never answered, and none failed"],
  [130, "interrupted; a deployment or a build that was sent goes on"],
]);

const codesFor = (exit: number): string =>
  Object.entries(failures)
    .filter(([, entry]) => entry.exit === exit)
    .map(([code]) => code)
    .join(", ");

const indent = " ".repeat(7);
const width = 100;

const lines = [...meanings].map(([exit, meaning]) => {
  const codes = codesFor(exit);
  const told = codes === "" ? [] : wrap(`codes: ${codes}`, width - indent.length);
  return [`  ${String(exit).padStart(3)}  ${meaning}`, ...told.map((line) => indent + line), ""].join("\n");
});

export const exitCodesHelp = `Exit codes

${lines.join("")}
With -o json or -o ndjson an error is one line of JSON on stderr: {"error":{"code":…,"message":…}}
`;
