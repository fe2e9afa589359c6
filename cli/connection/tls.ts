/** The TLS that options and variables give, on top of what a context has. A certificate comes with its key from one place. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { ClientTls } from "../../lib/contract/access.ts";
import type { Sourced } from "../args/option.ts";

export interface GivenTls {
  readonly tlsCa: Sourced<string> | undefined;
  readonly tlsCert: Sourced<string> | undefined;
  readonly tlsKey: Sourced<string> | undefined;
  readonly tlsFirst: boolean;
}

/** `undefined` where nothing asks for TLS. */
const wanted = (tls: ClientTls): ClientTls | undefined =>
  tls.first || tls.caFile !== undefined || tls.certFile !== undefined ? tls : undefined;

const originOf = ({ tlsCa, tlsCert, tlsFirst }: GivenTls, own: ClientTls | undefined, origin: string): string => {
  const given = [tlsCa?.from, tlsCert?.from, tlsFirst ? "--tls-first" : undefined].filter((one) => one !== undefined);
  return [...given, ...(own === undefined ? [] : [origin])].join(", ") || "default";
};

/** `own`: the context's, which comes from `origin`. Left: a clause. */
export const tlsOf = (
  given: GivenTls,
  own: ClientTls | undefined,
  origin: string,
): Either<string, Sourced<ClientTls | undefined>> => {
  const { tlsCa, tlsCert, tlsKey, tlsFirst } = given;
  if (tlsCert === undefined && tlsKey !== undefined)
    return left(`${tlsKey.from} is of no use without --tls-cert; give both`);
  if (tlsKey === undefined && tlsCert !== undefined)
    return left(`${tlsCert.from} is of no use without --tls-key; give both`);
  const pair = tlsCert === undefined ? own : { certFile: tlsCert.value, keyFile: tlsKey?.value };
  const value = wanted({
    caFile: tlsCa?.value ?? own?.caFile,
    certFile: pair?.certFile,
    keyFile: pair?.keyFile,
    first: tlsFirst || own?.first === true,
  });
  return right({ value, from: originOf(given, own, origin) });
};
