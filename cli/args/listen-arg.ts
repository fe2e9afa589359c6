/** Where something is served: an address of this machine and a port. Who may reach it is for the address to say, so it is never left out. */
import { left, right } from "fp-ts/lib/Either.js";
import type { ListenAddress } from "../../lib/contract/alerter-options.ts";
import type { ArgType } from "./arg-type.ts";

const form = /^(?:\[(?<v6>[0-9A-Fa-f:.]+)\]|(?<host>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)):(?<port>\d{1,5})$/;

export const listenArg: ArgType<ListenAddress> = {
  name: "address",
  parse: (text) => {
    const { v6, host = v6, port } = form.exec(text)?.groups ?? {};
    if (host === undefined || Number(port) > 65_535)
      return left("must be an address and a port, such as 127.0.0.1:9465 or [::1]:9465");
    return right({ host, port: Number(port) });
  },
};
