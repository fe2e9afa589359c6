/**
 * What Node and OpenSSL say when TLS does not come about, by their codes, as sentences with a remedy. A certificate may be
 * renewed, so none of it ends a patient listener.
 */

const untrusted =
  "Its certificate is not signed by an authority that is trusted here. Name the authority's PEM file with --tls-ca.";

const sentences: ReadonlyMap<string, string> = new Map([
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", untrusted],
  ["UNABLE_TO_GET_ISSUER_CERT", untrusted],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", untrusted],
  ["SELF_SIGNED_CERT_IN_CHAIN", untrusted],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", untrusted],
  ["CERT_SIGNATURE_FAILURE", untrusted],
  ["CERT_HAS_EXPIRED", "Its certificate, or that of its authority, has expired. Renew it on the server."],
  ["CERT_NOT_YET_VALID", "Its certificate is not valid yet. Compare the clocks of this machine and the server."],
  ["CERT_REVOKED", "Its certificate is revoked. Give the server another."],
  [
    "ERR_SSL_WRONG_VERSION_NUMBER",
    "It does not begin with TLS. Leave out --tls-first, or set handshake_first in the server's configuration.",
  ],
  [
    "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
    "It wants a client certificate. Give one with --tls-cert and --tls-key.",
  ],
  ["ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", "It refuses the client certificate. Give one that its authority has signed."],
  ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "It refuses the client certificate. Give one that its authority has signed."],
]);

/** The names that the certificate has, which is what one looks for next. */
const otherName = (error: Error): string => {
  const cert = "cert" in error ? error.cert : undefined;
  const names =
    typeof cert === "object" && cert !== null && "subjectaltname" in cert ? String(cert.subjectaltname) : "none";
  return `Its certificate is for another name (${names}). Connect by a name that is in it, or have this one added.`;
};

/** `undefined`: it is not about TLS. */
export const tlsTrouble = (error: Error): string | undefined => {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return otherName(error);
  const known = sentences.get(code);
  if (known !== undefined) return known;
  return code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_") ? `TLS failed (${code}).` : undefined;
};
