/** How a control request ended: a line for each host, and how to return to those that have not answered. */
import { byText } from "../print/by-text.ts";
import type { Paint } from "../print/paint.ts";
import { type ControlOutcome, controlOutcome } from "./control-text.ts";
import { type Observed, targetOf } from "./watched.ts";

const colour = (paint: Paint, { verdict }: ControlOutcome): ((text: string) => string) =>
  ({ done: paint.green, failed: paint.red, open: paint.yellow })[verdict];

/** `several`: more than one request is reported, so each line says whose it is. */
export const controlReport = (observed: Observed, several: boolean, paint: Paint): string => {
  const { request, repeated, result } = observed;
  if (result.states.size === 0) return `no host serves ${targetOf(observed)} any more, and none has answered\n`;
  const lines = [...result.states]
    .sort(([a], [b]) => byText(a, b))
    .flatMap(([host, state]) => {
      const outcome = controlOutcome(observed, host, state);
      return outcome === undefined ? [] : [{ host, outcome }];
    });
  const who = several ? `${targetOf(observed)} ` : "";
  const isOpen = lines.some(({ outcome }) => outcome.verdict === "open");
  return [
    ...lines.map(({ host, outcome }) => `${who}${host}: ${colour(paint, outcome)(outcome.text)}\n`),
    ...(isOpen ? [`return to it with: hd watch ${request.id}${repeated}\n`] : []),
  ].join("");
};
