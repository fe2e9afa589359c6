// @ts-check
/**
 * STAND-IN for a wall clock that jumps: loaded into a process before anything else, it makes Date differ from the machine's
 * clock by the milliseconds in the file that HD_TEST_CLOCK names, at each look. What counts monotonically is left alone.
 */
import { readFileSync } from "node:fs";

const file = process.env["HD_TEST_CLOCK"] ?? "";
const now = Date.now.bind(Date);

const jumped = () => {
  try {
    return now() + Number(readFileSync(file, "utf8"));
  } catch {
    return now();
  }
};

globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [jumped()] : args, newTarget),
  apply: (target) => new target(jumped()).toString(),
  get: (target, name, receiver) => (name === "now" ? jumped : Reflect.get(target, name, receiver)),
});
