/**
 * From the files that are named for TLS to what the client is given. They are read and tried before anything is dialled:
 * what OpenSSL says of a wrong file later names neither the file nor the remedy.
 */
import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { chainEitherK, right as rightT, type TaskEither } from "fp-ts/lib/TaskEither.js";
import type { ClientTls } from "../contract/access.ts";
import { type FileKind, ownFile, type Unusable, unusable } from "../files/own-file.ts";

export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly handshakeFirst?: boolean;
}

const ca: FileKind = {
  what: "The file of the certificate authority",
  instead: "Name the PEM file of the authority that signed the server's certificate.",
  secret: false,
};
const cert: FileKind = {
  what: "The client certificate",
  instead: "Name the PEM file of the certificate that was made for this client.",
  secret: false,
};
const key: FileKind = {
  what: "The key of the client certificate",
  instead: "Name the PEM file of the key that belongs to the certificate.",
  secret: true,
};

const isCertificate = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
};

/** A certificate with the key of another is only found out by using both. */
const fits = (material: TlsMaterial): boolean => {
  try {
    createSecureContext(material);
    return true;
  } catch {
    // What OpenSSL says may quote the key.
    return false;
  }
};

type Part = "ca" | "cert" | "key";

const kinds: Readonly<Record<Part, FileKind>> = { ca, cert, key };

const partOf = (part: Part, path: string | undefined): TaskEither<Unusable, Partial<Record<Part, string>>> => {
  if (path === undefined) return rightT({});
  const kind = kinds[part];
  return chainEitherK((pem: string) =>
    part === "key" || isCertificate(pem)
      ? right({ [part]: pem })
      : left(unusable(kind, path, "holds no certificate in PEM", kind.instead)),
  )(ownFile(kind, path));
};

const readAll = async ({ caFile, certFile, keyFile, first }: ClientTls): Promise<Either<Unusable, TlsMaterial>> => {
  const paths = [["ca", caFile] as const, ["cert", certFile] as const, ["key", keyFile] as const];
  let material: TlsMaterial = first === true ? { handshakeFirst: true } : {};
  for (const [part, path] of paths) {
    const read = await partOf(part, path)();
    if (isLeft(read)) return read;
    material = { ...material, ...read.right };
  }
  if (fits(material)) return right(material);
  return left(unusable(key, keyFile ?? "", "is not the key of the certificate, or not one in PEM", key.instead));
};

/** `undefined` stays it: TLS is then up to the server. */
export const tlsMaterial = (tls: ClientTls | undefined): TaskEither<Unusable, TlsMaterial | undefined> =>
  tls === undefined ? rightT(undefined) : () => readAll(tls);
