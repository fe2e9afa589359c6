/** Words on the command line of `hd mcp`. */
import { left, right } from "fp-ts/lib/Either.js";
import type { ArgType } from "../args/arg-type.ts";
import type { HttpAddress } from "./options.ts";

const mostPort = 65_535;

/** `127.0.0.1:7400`, `[::1]:7400`; 0 is any free port. */
export const httpArg: ArgType<HttpAddress> = {
  name: "address",
  parse: (text) => {
    const [, host = "", digits = ""] = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text) ?? [];
    const port = Number(digits);
    if (host === "" || port > mostPort) return left("must be an address with a port, such as 127.0.0.1:7400");
    return right({ host: host.replace(/^\[|\]$/g, ""), port });
  },
};

/** `10/h`: so many in any hour. */
export const budgetArg: ArgType<number> = {
  name: "count/h",
  parse: (text) => {
    const [, count = ""] = /^(\d{1,4})\/h$/.exec(text) ?? [];
    return count === "" || Number(count) === 0 ? left("must be a number an hour, such as 10/h") : right(Number(count));
  },
};
